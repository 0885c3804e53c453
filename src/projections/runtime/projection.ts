import type { Knex } from 'knex';
import type { RecordedEvent } from '../../commands/event-store.js';

/** Turns events into rows. One `apply` may run again for the same events, so it must be idempotent. */
export interface Projection {
  /** Unique, stable: names the checkpoint. */
  readonly name: string;
  /** Raised when tables or folding change: the owner then rebuilds into the next generation by itself. */
  readonly version: number;
  /** Prefixes of the streams it wants. */
  readonly prefixes: readonly string[];
  /** Tables of schema `read` that exist once per generation; empty when it writes elsewhere. */
  readonly tables: readonly ReadTable[];
  /** False for a projection whose rows cause side effects: it has one generation for ever. */
  readonly rebuildable: boolean;
  /**
   * Applies events, oldest first, with set-based statements in the checkpoint's transaction. `tableName` gives the
   * qualified, quoted name of one of `tables` in the generation to write to.
   */
  apply(events: readonly RecordedEvent[], tx: Knex.Transaction, tableName: (table: string) => string): Promise<void>;
  /** A quicker way for a generation that nobody reads yet; without one its events are applied page by page. */
  startFill?(target: FillTarget): Fill;
}

/** Where a fill writes to: `tableName` as in `apply`. */
export interface FillTarget {
  readonly db: Knex;
  readonly tableName: (table: string) => string;
}

/**
 * Fills empty tables with all events, from the first one on. Rows come in any order and any statement: each is the fold
 * of its stream up to some event, and once `end` has returned, up to the last. What fails leaves rows that `apply` can
 * go on from.
 */
export interface Fill {
  /** Takes in a page of events, oldest first. Returns as soon as there is room for the next. */
  take(events: readonly RecordedEvent[]): Promise<void>;
  /** Writes what is in memory. */
  end(): Promise<void>;
}

interface ReadTable {
  /** Name of the view in schema `read`; its generations are called `{name}_g{n}`. */
  readonly name: string;
  /** Primary key columns, for comparing two generations row by row. */
  readonly key: readonly string[];
  /** Creates the table under a qualified, quoted name. */
  create(tx: Knex.Transaction, qualifiedName: string): Promise<void>;
  /** What follows `create index on {table}`, for each index besides the key's. A rebuild makes them when the rows are in. */
  readonly indexes?: readonly string[];
}

export function wants(projection: Pick<Projection, 'prefixes'>, event: RecordedEvent): boolean {
  return projection.prefixes.some((prefix) => event.stream.startsWith(prefix));
}
