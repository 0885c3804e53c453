import type { RecordedEvent } from '../../commands/event-store.js';
import { idOf, prefixOf } from '../../commands/streams.js';
import type { Projection } from '../runtime/projection.js';
import { columnsOf, type Folded, foldEvent, loadFolded, rowOf, type StreamFold } from './folded-rows.js';
import { tableDefinition, upsertRows } from './rows.js';
import { startStreamFoldFill } from './stream-fold-fill.js';

/**
 * A projection that keeps, per stream, the folded state itself beside the columns made of it. A batch loads the states
 * of its streams, folds in memory and writes each row once; that the row equals the fold of its stream holds by
 * construction, whatever the batch boundaries. Events up to the row's revision are ignored, so repeats change nothing.
 */
export function streamFoldProjection<State>(fold: StreamFold<State>): StreamFoldProjection<State> {
  const columns = columnsOf(fold);
  return {
    fold,
    name: fold.name,
    version: fold.version,
    prefixes: [prefixOf(fold)],
    rebuildable: true,
    tables: [
      {
        name: fold.name,
        key: [fold.keyColumn],
        async create(tx, table) {
          await tx.raw(`create table ${table} (${tableDefinition(columns, [fold.keyColumn])})`);
        },
        indexes: fold.indexes,
      },
    ],
    async apply(events, tx, tableName) {
      const table = tableName(fold.name);
      const streams = byStream(events);
      const rows = await loadFolded(tx, table, fold, [...streams.keys()]);
      const changed: Record<string, unknown>[] = [];
      for (const [stream, history] of streams) {
        const folded: Folded<State> = rows.get(stream) ?? { revision: -1n, state: null };
        const before = folded.revision;
        for (const event of history) foldEvent(fold, folded, event);
        const { revision, state } = folded;
        if (state !== null && revision !== before) changed.push(rowOf(fold, idOf(stream), revision, state));
      }
      await upsertRows(tx, table, columns, [fold.keyColumn], changed, 'replace-older');
    },
    startFill: (target) => startStreamFoldFill(fold, target),
  };
}

/** A projection that says how its rows come about, so that others can make them too. */
export interface StreamFoldProjection<State> extends Projection {
  readonly fold: StreamFold<State>;
}

function byStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const history = streams.get(event.stream);
    if (history) history.push(event);
    else streams.set(event.stream, [event]);
  }
  return streams;
}
