import { openMailFolder } from './mail-folder.js';
import { type CaughtMail, type Message, parseMessage } from './message.js';

/** The mails that were caught, newest last, at most so many. */
export interface Mailbox {
  /** Keeps a mail; resolves once it would survive a restart. */
  add(mail: { recipients: readonly string[]; raw: Buffer }): Promise<Message>;
  /** Newest first. */
  list(): Promise<readonly Message[]>;
  get(id: string): Promise<Message | undefined>;
  raw(id: string): Promise<Buffer | undefined>;
  clear(): Promise<void>;
  /** Resolves once everything that was asked for has been done. */
  settled(): Promise<void>;
}

/**
 * Opens the mailbox kept in `folder` (in memory only without one). Mails of earlier runs are read in the background; whoever
 * asks meanwhile waits for them.
 */
export function openMailbox(folder: string | undefined, maxMessages: number): Mailbox {
  const disk = folder === undefined ? undefined : openMailFolder(folder);
  const kept = new Map<string, { message: Message; raw: Buffer }>();
  let sequence = 0;
  // One thing at a time, in the order asked for: files and memory can then never tell different stories.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };

  async function load(): Promise<void> {
    const files = (await disk?.list()) ?? [];
    for (const id of files.slice(0, -maxMessages)) await disk?.remove(id);
    for (const id of files.slice(-maxMessages)) {
      const mail = await disk?.read(id);
      if (mail !== undefined) await keep(mail);
    }
  }

  async function keep(mail: CaughtMail): Promise<Message> {
    const message = await parseMessage(mail);
    kept.set(mail.id, { message, raw: mail.raw });
    for (const id of kept.keys()) {
      if (kept.size <= maxMessages) break;
      kept.delete(id);
      await disk?.remove(id);
    }
    return message;
  }

  void inTurn(load);
  return {
    add: ({ recipients, raw }) =>
      inTurn(async () => {
        const date = new Date();
        sequence += 1;
        const mail = { id: idFor(date, sequence), date, recipients, raw };
        await disk?.write(mail);
        return keep(mail);
      }),
    list: () => inTurn(async () => [...kept.values()].map(({ message }) => message).reverse()),
    get: (id) => inTurn(async () => kept.get(id)?.message),
    raw: (id) => inTurn(async () => kept.get(id)?.raw),
    clear: () =>
      inTurn(async () => {
        for (const id of kept.keys()) await disk?.remove(id);
        kept.clear();
      }),
    settled: () => inTurn(async () => {}),
  };
}

/** Sorts by time, and by arrival within a millisecond. Letters, digits and `-` only: it is a file name and a URL. */
function idFor(date: Date, sequence: number): string {
  return `${date.toISOString().replace(/[-:.]/g, '')}-${String(sequence).padStart(6, '0')}`;
}
