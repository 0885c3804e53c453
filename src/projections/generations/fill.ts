import type { Knex } from 'knex';
import {
  comparePositions,
  type EventStore,
  later,
  type Position,
  type RecordedEvent,
} from '../../commands/event-store.js';
import { isTransient } from '../../commands/failures.js';
import { moveCheckpoints } from '../runtime/checkpoints.js';
import { type LastEvent, lastOf } from '../runtime/last-event.js';
import { oneBehind } from '../runtime/one-behind.js';
import { skippedEvents } from '../runtime/parking.js';
import { type Fill, type FillTarget, type Projection, wants } from '../runtime/projection.js';
import { generationTable } from '../runtime/tables.js';
import type { Target } from './catch-up.js';

/** Events per transaction where a projection has no quicker way of its own. */
const pageSize = 5_000;

/**
 * Fills generations that have just been created from one reading of `$all`, and leaves their checkpoints at their
 * `until`. Nobody reads them yet and nobody goes on from half a fill, so rows are written when it is cheapest, not when
 * their events come. A generation with an event that cannot be applied keeps its checkpoint before the first event:
 * catching up from there knows how to leave such an event out.
 */
export async function fillGenerations(
  deps: { db: Knex; eventStore: EventStore },
  targets: readonly Target[],
  onRead: (count: number) => void,
): Promise<void> {
  const [first] = targets;
  if (!first) return;
  const fillings: Filling[] = [];
  for (const target of targets) fillings.push(await startFilling(deps.db, target));
  const goal = targets.map(({ until }) => until).reduce(later, first.until);
  const prefixes = [...new Set(targets.flatMap(({ projection }) => projection.prefixes))];
  for await (const page of deps.eventStore.readAllPages({ prefixes })) {
    const due = upTo(goal, page);
    for (const filling of fillings) await attempt(filling, () => take(filling, due));
    onRead(due.length);
    if (due.length < page.length) break;
  }
  for (const filling of fillings) await attempt(filling, () => filling.fill.end());
  for (const { failed, events, last, target } of fillings) {
    if (failed) continue;
    const { projection, generation, until, onEvents } = target;
    await deps.db.transaction((tx) =>
      moveCheckpoints(tx, [{ name: projection.name, generation, from: null, to: until, last }]),
    );
    onEvents?.(events);
  }
}

interface Filling {
  readonly target: Target;
  readonly fill: Fill;
  readonly skipped: ReadonlySet<string>;
  events: number;
  last: LastEvent | null;
  failed: boolean;
}

async function startFilling(db: Knex, target: Target): Promise<Filling> {
  const { projection, generation } = target;
  const place = { db, tableName: (table: string) => generationTable(table, generation) };
  const fill = projection.startFill?.(place) ?? startPages(projection, place);
  return { target, fill, skipped: await skippedEvents(db, projection.name), events: 0, last: null, failed: false };
}

async function take(filling: Filling, page: readonly RecordedEvent[]): Promise<void> {
  const { skipped, target } = filling;
  const { projection, until } = target;
  const wanted = upTo(until, page).filter((event) => wants(projection, event));
  const events = skipped.size === 0 ? wanted : wanted.filter(({ id }) => !skipped.has(id));
  filling.events += events.length;
  filling.last = lastOf(events) ?? filling.last;
  if (events.length > 0) await filling.fill.take(events);
}

/** What is wrong with an event, or with a row made of it, shows when the generation catches up. */
async function attempt(filling: Filling, work: () => Promise<void>): Promise<void> {
  if (filling.failed) return;
  try {
    await work();
  } catch (error) {
    if (isTransient(error)) throw error;
    filling.failed = true;
  }
}

/** The way of a projection that has none of its own. */
function startPages(projection: Projection, { db, tableName }: FillTarget): Fill {
  let page: RecordedEvent[] = [];
  const writing = oneBehind();
  const write = () => {
    const events = page;
    page = [];
    return writing.begin(() => db.transaction((tx) => projection.apply(events, tx, tableName)));
  };
  return {
    async take(events) {
      page = page.concat(events);
      if (page.length >= pageSize) await write();
    },
    async end() {
      if (page.length > 0) await write();
      await writing.done();
    },
  };
}

function upTo(position: Position, page: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const last = page.at(-1);
  if (!last || comparePositions(last.position, position) <= 0) return page;
  return page.filter((event) => comparePositions(event.position, position) <= 0);
}
