import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Logger } from '../../commands/ports.js';
import { MailError, type Mailer } from '../../processes/ports/outbound.js';

export interface SmtpMailer extends Mailer {
  /** Connects, and logs in where the address has a user. @throws when the mail server refuses */
  verify(): Promise<void>;
  /** Closes the pool; mails under way are finished. */
  close(): void;
}

/** Mail servers commonly allow a client this few connections. */
const maxConnections = 3;
/** Then a connection is renewed: some servers close long ones without a word. */
const maxMessagesPerConnection = 100;
const connectTimeoutMs = 10_000;
/** A server may look at a mail for long before it takes it; RFC 5321 allows minutes, a worker does not. */
const socketTimeoutMs = 30_000;

/**
 * {@link Mailer} over SMTP with a small pool.
 * @param settings `smtpUrl` as `smtp://user:password@host:port` (`smtps:` for TLS from the start), `from` as
 * `Name <address>`
 */
export function createSmtpMailer(settings: { smtpUrl: string; from: string; logger: Logger }): SmtpMailer {
  const logger = settings.logger.child({ adapter: 'mail' });
  const transport = createTransport({
    url: settings.smtpUrl,
    // A mail server on this machine has a certificate of its own making, which guards nothing here.
    tls: { rejectUnauthorized: !isThisMachine(new URL(settings.smtpUrl).hostname) },
    pool: true,
    maxConnections,
    maxMessages: maxMessagesPerConnection,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: socketTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    async send(mail) {
      try {
        await transport.sendMail({
          from: settings.from,
          // As an object it is one address, whatever commas it holds.
          to: { name: '', address: mail.to },
          subject: mail.subject,
          html: mail.html,
          text: mail.text,
          messageId: mail.messageId,
          // RFC 3834: keeps out-of-office replies away.
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        logger.info({ messageId: mail.messageId }, 'mail sent');
      } catch (error) {
        const failure = mailError(error);
        logger.warn({ messageId: mail.messageId, final: failure.final }, failure.message);
        throw failure;
      }
    },
    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw mailError(error);
      }
    },
    close: () => transport.close(),
  };
}

/** The server's own words stay behind, for they can quote the receiver and the mail; its reply code says enough. */
function mailError(error: unknown): MailError {
  const refusal = error as MailFailure;
  const { responseCode, code, command, message } = refusal;
  const permanent = responseCode !== undefined && responseCode >= 500 && responseCode < 600;
  const final = permanent && !refusesUs(refusal) && (code === 'EENVELOPE' || code === 'EMESSAGE');
  if (responseCode === undefined) {
    return new MailError(`mail was not taken: ${message ?? String(error)}`, final, { cause: error });
  }
  const facts = [responseCode, code, command && `to ${command}`].filter((fact) => fact !== undefined);
  return new MailError(`mail was not taken: ${facts.join(' ')}`, final);
}

/**
 * A server that refuses us, by its greeting, for our credentials (530: it wants some) or as a sender, says nothing of the
 * mail: it can be put right. Of what follows `MAIL FROM` only the size (552) is the mail's own.
 */
function refusesUs({ responseCode, command }: MailFailure): boolean {
  return responseCode === 530 || (command === 'MAIL FROM' && responseCode !== 552);
}

/** What nodemailer hangs on its errors; `command` is the SMTP command that was answered. */
interface MailFailure {
  readonly responseCode?: number;
  readonly code?: string;
  readonly command?: string;
  readonly message?: string;
}

function isThisMachine(host: string): boolean {
  return ['localhost', '[::1]'].includes(host) || (isIP(host) === 4 && host.startsWith('127.'));
}
