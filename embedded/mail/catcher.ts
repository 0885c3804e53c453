import { openMailbox } from './mailbox.js';
import { startSmtp } from './smtp.js';
import { startWeb } from './web.js';

export interface MailCatcherOptions {
  /** 0: a free one. */
  readonly smtpPort: number;
  readonly httpPort: number;
  /** Loopback when left out: neither side has any access control. */
  readonly host?: string;
  /** Folder for the caught mails, one .eml file each; nothing is kept without it. */
  readonly dataDir?: string | undefined;
  /** How many mails are kept; the oldest go first. */
  readonly maxMessages?: number;
}

export interface MailCatcher {
  readonly smtpUrl: string;
  readonly pageUrl: string;
  close(): Promise<void>;
}

/** Enough for a long day of trying things out, and small enough to list on one page. */
const maxMessages = 1_000;

/** Starts a mail server that takes every mail, delivers none, and shows what it took on a page and as JSON. */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const host = options.host ?? '127.0.0.1';
  const mailbox = openMailbox(options.dataDir, options.maxMessages ?? maxMessages);
  const smtp = await startSmtp({ host, port: options.smtpPort, mailbox });
  try {
    const web = await startWeb({ host, port: options.httpPort, mailbox, smtp });
    return {
      smtpUrl: `smtp://${host}:${smtp.port}`,
      pageUrl: web.url,
      async close() {
        await Promise.all([smtp.close(), web.close()]);
        await mailbox.settled();
      },
    };
  } catch (error) {
    await smtp.close();
    throw error;
  }
}
