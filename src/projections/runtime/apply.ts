import type { Knex } from 'knex';
import type { RecordedEvent } from '../../commands/event-store.js';
import { EventUnreadable } from '../../commands/event-unreadable.js';
import { failureKind } from './failure-kind.js';
import type { Projection } from './projection.js';
import { generationTable } from './tables.js';

/** An event that could not be applied, and why. */
export interface PoisonEvent {
  readonly event: RecordedEvent;
  readonly error: unknown;
}

/** More poison events than so many, and than this share of a batch, are no coincidence: parking would hide what is wrong. */
const maxPoison = 10;
const maxPoisonShare = 0.01;

/** More streams failed at once than single bad events explain. Nothing was parked; the batch is tried again later. */
export class TooManyPoisonEvents extends Error {
  override readonly name = 'TooManyPoisonEvents';
}

/** The projection's tables are not there. */
export class TablesMissing extends Error {
  override readonly name = 'TablesMissing';
  constructor(readonly projection: string) {
    super(`the tables of projection ${projection} are missing: it needs a rebuild`);
  }
}

/**
 * Applies events of one projection inside `tx`. When that fails, halves the events until the failing ones stand alone;
 * each such event takes the rest of its stream out, and everything else is applied.
 *
 * @param known streams that are parked elsewhere already: that they fail again is no sign of an outage
 * @returns the poison events found, at most one per stream
 * @throws TablesMissing, TooManyPoisonEvents, and transient database errors as they are
 */
export async function applyOrIsolate(
  tx: Knex.Transaction,
  projection: Projection,
  generation: number,
  events: readonly RecordedEvent[],
  known: ReadonlySet<string> = new Set(),
): Promise<PoisonEvent[]> {
  const poison = new Map<string, PoisonEvent>();
  let unknown = 0;
  const limit = Math.max(maxPoison, events.length * maxPoisonShare);
  const tableName = (table: string) => generationTable(table, generation);

  /** @returns what the events themselves failed with; what is no fault of theirs is thrown */
  async function tryOut(part: readonly RecordedEvent[]): Promise<{ readonly error: unknown } | null> {
    try {
      await tx.transaction((savepoint) => projection.apply(part, savepoint, tableName));
      return null;
    } catch (error) {
      const kind = failureKind(error);
      if (kind === 'transient') throw error;
      if (kind === 'tables-missing') throw new TablesMissing(projection.name);
      return { error };
    }
  }

  function takeOut(event: RecordedEvent, error: unknown): void {
    poison.set(event.stream, { event, error });
    if (!known.has(event.stream)) unknown += 1;
    if (unknown > limit) {
      const last =
        error instanceof EventUnreadable ? error.message : `${event.type} #${event.revision} of ${event.stream}`;
      throw new TooManyPoisonEvents(`${unknown} streams failed at once in ${projection.name}, the last by ${last}`, {
        cause: error,
      });
    }
  }

  async function attempt(part: readonly RecordedEvent[]): Promise<void> {
    const open = part.filter((event) => !poison.has(event.stream));
    const [first] = open;
    if (!first) return;
    const failure = await tryOut(open);
    if (!failure) return;
    if (open.length === 1) return takeOut(first, failure.error);
    const middle = Math.ceil(open.length / 2);
    await attempt(open.slice(0, middle));
    await attempt(open.slice(middle));
  }

  await attempt(events);
  return [...poison.values()];
}
