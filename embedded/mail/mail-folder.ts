import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CaughtMail } from './message.js';

/** A folder of `.eml` files, which any mail program opens. */
export interface MailFolder {
  /** Ids, oldest first. */
  list(): Promise<string[]>;
  read(id: string): Promise<CaughtMail | undefined>;
  write(mail: CaughtMail): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The envelope goes into header lines of our own before the mail, as a mail server's trace headers do. */
const recipientHeader = 'X-Caught-Recipient: ';
const dateHeader = 'X-Caught-Date: ';

export function openMailFolder(folder: string): MailFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (id: string) => path.join(folder, `${id}.eml`);
  return {
    async list() {
      const files = await readdir(folder);
      return files
        .filter((file) => file.endsWith('.eml'))
        .map((file) => file.slice(0, -'.eml'.length))
        .sort();
    },
    async read(id) {
      try {
        return split(id, await readFile(fileOf(id)));
      } catch {
        // Removed or made unreadable by someone; the others are still worth showing.
        return undefined;
      }
    },
    async write(mail) {
      const draft = `${fileOf(mail.id)}.tmp`;
      const lines = [
        `${dateHeader}${mail.date.toISOString()}`,
        ...mail.recipients.map((address) => `${recipientHeader}${address}`),
      ];
      await writeFile(draft, Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), mail.raw]), { mode: 0o600 });
      await rename(draft, fileOf(mail.id));
    },
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}

function split(id: string, content: Buffer): CaughtMail {
  const recipients: string[] = [];
  let date = new Date(0);
  let start = 0;
  for (;;) {
    const end = content.indexOf('\r\n', start);
    const line = end < 0 ? '' : content.toString('utf8', start, end);
    if (line.startsWith(recipientHeader)) recipients.push(line.slice(recipientHeader.length));
    else if (line.startsWith(dateHeader)) date = new Date(line.slice(dateHeader.length));
    else break;
    start = end + 2;
  }
  return { id, date, recipients, raw: content.subarray(start) };
}
