import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface MailServer {
  readonly url: string;
  readonly mails: { parsed: ParsedMail; recipients: string[] }[];
  /** SMTP replies to give to the next mails, or to the next ones to an address, instead of taking them. */
  readonly refusals: { code: number; text: string; to?: string }[];
  readonly connections: number;
  close(): Promise<void>;
}

/** A mail server that keeps what it takes. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const refusals: MailServer['refusals'] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onData(stream, session, done) {
      simpleParser(stream).then((parsed) => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        const place = refusals.findIndex(({ to }) => to === undefined || recipients.includes(to));
        const [refusal] = place < 0 ? [] : refusals.splice(place, 1);
        if (refusal !== undefined) {
          done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
          return;
        }
        mails.push({ parsed, recipients });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refusals,
    get connections() {
      return connections;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
