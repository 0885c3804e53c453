import type { RecordedEvent } from '../../commands/event-store.js';
import { idOf } from '../../commands/streams.js';
import { oneBehind } from '../runtime/one-behind.js';
import type { Fill, FillTarget } from '../runtime/projection.js';
import { columnsOf, type Folded, foldEvent, loadFolded, rowOf, type StreamFold } from './folded-rows.js';
import { upsertRows } from './rows.js';

/**
 * Streams in a generation of the memory; there are three at most, a few kilobytes per stream. Few streams have events
 * again after so many others had some, so most rows are written once.
 */
const usualRecent = 2_500;
/** Rows in one statement: some megabytes of states. */
const chunkRows = 500;

/** A stream in memory, and the revision of its row. */
interface Remembered<State> extends Folded<State> {
  written: bigint;
}

/**
 * Fills the table of a stream fold. The streams met last are in memory, and the row of a stream is written when it has
 * not been met for long; one that is met again after that is loaded.
 */
export function startStreamFoldFill<State>(
  fold: StreamFold<State>,
  { db, tableName }: FillTarget,
  maxRecent = usualRecent,
): Fill {
  const table = tableName(fold.name);
  const columns = columnsOf(fold);
  const writing = oneBehind();
  type Streams = Map<string, Remembered<State>>;
  let recent: Streams = new Map();
  let former: Streams = new Map();
  /** Being written; still known until that is done. */
  let leaving: Streams = new Map();

  return {
    async take(events) {
      const forgotten = forgottenStreams(events);
      if (forgotten.length > 0) await recall(forgotten);
      for (const event of events) foldEvent(fold, remembered(event.stream), event);
      if (recent.size >= maxRecent) await turn();
    },
    async end() {
      await turn();
      await turn();
      await writing.done();
    },
  };

  function remembered(stream: string): Remembered<State> {
    const known = recent.get(stream);
    if (known) return known;
    const found = former.get(stream) ?? leaving.get(stream) ?? { revision: -1n, state: null, written: -1n };
    former.delete(stream);
    recent.set(stream, found);
    return found;
  }

  /** Streams that have begun before these events, and of which nothing is in memory. */
  function forgottenStreams(events: readonly RecordedEvent[]): string[] {
    const begun = new Set<string>();
    for (const { stream, revision } of events) {
      if (revision > 0n && !recent.has(stream) && !former.has(stream) && !leaving.has(stream)) begun.add(stream);
    }
    if (begun.size > 0) for (const { stream, revision } of events) if (revision === 0n) begun.delete(stream);
    return [...begun];
  }

  async function recall(streams: readonly string[]): Promise<void> {
    for (const [stream, folded] of await loadFolded(db, table, fold, streams)) {
      recent.set(stream, { ...folded, written: folded.revision });
    }
  }

  /** The streams that were not met since the last turn leave. */
  async function turn(): Promise<void> {
    await writing.begin(() => {
      leaving = former;
      former = recent;
      recent = new Map();
      return write(leaving);
    });
  }

  async function write(streams: Streams): Promise<void> {
    let rows: Record<string, unknown>[] = [];
    const flush = async () => {
      const chunk = rows;
      rows = [];
      await upsertRows(db, table, columns, [fold.keyColumn], chunk, 'replace-older');
    };
    for (const [stream, folded] of streams) {
      const { revision, state, written } = folded;
      if (state === null || revision === written) continue;
      folded.written = revision;
      rows.push(rowOf(fold, idOf(stream), revision, state));
      if (rows.length === chunkRows) await flush();
    }
    await flush();
  }
}
