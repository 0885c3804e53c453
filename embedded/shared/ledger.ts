/** Enough for a whole end-to-end run; older entries fall out. */
const maxEntries = 20_000;

export interface Ledger<Entry> {
  add(entry: Entry): void;
  entries(): readonly Entry[];
  clear(): void;
}

/** What a stand-in was asked and what it answered, newest last, bounded. */
export function createLedger<Entry>(): Ledger<Entry> {
  let entries: Entry[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // Dropping a tenth at a time keeps adding cheap.
      if (entries.length > maxEntries) entries = entries.slice(maxEntries / 10);
    },
    entries: () => entries,
    clear() {
      entries = [];
    },
  };
}
