import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { Mailbox } from './mailbox.js';

export interface Smtp {
  readonly port: number;
  /** Whether every mail is turned away, as a mail server in trouble does. */
  failing: boolean;
  close(): Promise<void>;
}

/** What common providers take, too. */
const maxMailBytes = 25 * 1024 * 1024;
/** Far more than a mail client's pool; beyond it something runs wild. */
const maxClients = 100;
/** Connections that are idle when the catcher stops need not be waited for. */
const closeLimitMs = 500;

/** Starts the SMTP side: no encryption and no login asked for, any login taken, since it is only reached locally. */
export async function startSmtp(options: { host: string; port: number; mailbox: Mailbox }): Promise<Smtp> {
  const state = { failing: false };
  const server = new SMTPServer({
    banner: 'mail catcher',
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: maxMailBytes,
    maxClients: maxClients,
    closeTimeout: closeLimitMs,
    onAuth: (auth, _session, answer) => answer(null, { user: auth.username ?? 'anyone' }),
    onMailFrom: (_address, _session, answer) =>
      answer(state.failing ? smtpError(451, 'Made to fail; try again later') : null),
    onData: (stream, session, answer) => {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      take(stream, recipients, options.mailbox).then(
        (id) => answer(null, `Caught as ${id}`),
        (error: unknown) => answer(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  // A client that hangs up in the middle is its own affair.
  const listening = server.listen(options.port, options.host);
  await once(listening, 'listening');
  server.on('error', () => {});

  return {
    port: (listening.address() as AddressInfo).port,
    get failing() {
      return state.failing;
    },
    set failing(value) {
      state.failing = value;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function take(stream: SMTPServerDataStream, recipients: string[], mailbox: Mailbox): Promise<string> {
  const chunks: Buffer[] = [];
  // Reads on beyond the limit, as the protocol wants the whole mail read before it is refused, but keeps nothing.
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(Buffer.from(chunk));
  if (stream.sizeExceeded) throw smtpError(552, `Larger than ${maxMailBytes} bytes`);
  const message = await mailbox.add({ recipients, raw: Buffer.concat(chunks) });
  return message.id;
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
