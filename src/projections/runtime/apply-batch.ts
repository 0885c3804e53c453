import type { Knex } from 'knex';
import { comparePositions, type Position, type RecordedEvent } from '../../commands/event-store.js';
import { messageOf } from '../../commands/failures.js';
import { applyOrIsolate, type PoisonEvent, TablesMissing } from './apply.js';
import { moveCheckpoints } from './checkpoints.js';
import { lastOf } from './last-event.js';
import { holdGenerations } from './live-generation.js';
import { type Parked, park, parkedStreams, skippedEvents } from './parking.js';
import { generationsOf, isBroken, pendingEvents, type Subject } from './subject.js';

/** What one transaction did for one projection. */
export interface Applied {
  readonly subject: Subject;
  readonly poison: readonly PoisonEvent[];
  /** All streams that are parked now. */
  readonly parked: Parked;
  readonly skipped: ReadonlySet<string>;
  readonly parkedEpoch: string;
}

/**
 * Applies a batch for every subject and moves their checkpoints to `position`, in one transaction. Subjects are brought
 * up to date after the commit, never before.
 *
 * @throws OwnershipLost, GenerationChanged, TooManyPoisonEvents, transient database errors; nothing has changed then
 */
export async function applyBatch(
  db: Knex,
  subjects: readonly Subject[],
  events: readonly RecordedEvent[],
  position: Position,
): Promise<Applied[]> {
  const due = subjects.filter((subject) => !isBroken(subject) && isBefore(subject.checkpoint, position));
  const last = lastOf(events);
  const broken = new Map<Subject, string>();
  const applied = await db.transaction(async (tx) => {
    const epochs = await holdGenerations(tx, generationsOf(subjects));
    const applied: Applied[] = [];
    for (const subject of due) {
      try {
        const parkedEpoch = epochs.get(subject.projection.name) ?? subject.parkedEpoch;
        applied.push(await applyTo(tx, subject, events, parkedEpoch));
      } catch (error) {
        // Only this projection stops; its checkpoint stays, and the others go on.
        if (!(error instanceof TablesMissing)) throw error;
        broken.set(subject, messageOf(error));
      }
    }
    const moves = applied.map(({ subject: { projection, generation, checkpoint } }) => {
      return { name: projection.name, generation, from: checkpoint, to: position, last };
    });
    await moveCheckpoints(tx, moves);
    return applied;
  });

  for (const { subject, parked, skipped, parkedEpoch } of applied) {
    subject.checkpoint = position;
    subject.parked = parked;
    subject.skipped = skipped;
    subject.parkedEpoch = parkedEpoch;
  }
  for (const [subject, reason] of broken) subject.broken = reason;
  for (const subject of subjects.filter(isBroken)) subject.missed += pendingEvents(subject, events).length;
  return applied;
}

function isBefore(checkpoint: Position | null, position: Position): boolean {
  return checkpoint === null || comparePositions(checkpoint, position) < 0;
}

/** @param parkedEpoch another one than the subject's tells that streams have been taken up again meanwhile */
async function applyTo(
  tx: Knex.Transaction,
  subject: Subject,
  events: readonly RecordedEvent[],
  parkedEpoch: string,
): Promise<Applied> {
  const { projection, generation } = subject;
  const isKnown = parkedEpoch === subject.parkedEpoch;
  const known = isKnown ? subject.parked : await parkedStreams(tx, projection.name, generation);
  const skipped = isKnown ? subject.skipped : await skippedEvents(tx, projection.name);
  const pending = pendingEvents({ ...subject, parked: known, skipped }, events);
  const poison = pending.length > 0 ? await applyOrIsolate(tx, projection, generation, pending) : [];
  await park(tx, projection.name, generation, poison);
  const found = poison.map(({ event }) => [event.stream, event.revision] as const);
  const parked = poison.length > 0 ? new Map([...known, ...found]) : known;
  return { subject, poison, parked, skipped, parkedEpoch };
}
