import type { Knex } from 'knex';
import { comparePositions, type Position, type RecordedEvent } from '../../commands/event-store.js';
import { applyOrIsolate, type PoisonEvent, TablesMissing } from './apply.js';
import { type CheckpointMove, holdGenerations, moveCheckpoints } from './checkpoints.js';
import { messageOf } from './failures.js';
import { lastOf } from './last-event.js';
import { park, parkedStreams } from './parking.js';
import { generationsOf, pendingEvents, type Subject } from './subject.js';

/** What one transaction did, per projection. */
export interface Applied {
  readonly subject: Subject;
  readonly poison: readonly PoisonEvent[];
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
  const broken = new Map<Subject, string>();
  const last = lastOf(events);
  const { applied, parked, epochs } = await db.transaction(async (tx) => {
    const applied: Applied[] = [];
    const moves: CheckpointMove[] = [];
    const parked = new Map<Subject, Set<string>>();
    const epochs = await holdGenerations(tx, generationsOf(subjects));
    for (const subject of subjects) {
      const { projection, generation, checkpoint } = subject;
      if (subject.broken || (checkpoint && comparePositions(position, checkpoint) <= 0)) continue;
      if (epochs.get(projection.name) !== subject.parkedEpoch) {
        parked.set(subject, await parkedStreams(tx, projection.name, generation));
      }
      const pending = pendingEvents({ ...subject, parked: parked.get(subject) ?? subject.parked }, events);
      try {
        const poison = pending.length > 0 ? await applyOrIsolate(tx, projection, generation, pending) : [];
        await park(tx, projection.name, generation, poison);
        applied.push({ subject, poison });
        moves.push({ name: projection.name, generation, from: checkpoint, to: position, last });
      } catch (error) {
        // Only this projection stops; its checkpoint stays, and the others go on.
        if (!(error instanceof TablesMissing)) throw error;
        broken.set(subject, messageOf(error));
      }
    }
    await moveCheckpoints(tx, moves);
    return { applied, parked, epochs };
  });

  for (const { subject, poison } of applied) {
    subject.checkpoint = position;
    subject.parkedEpoch = epochs.get(subject.projection.name) ?? subject.parkedEpoch;
    const known = parked.get(subject) ?? subject.parked;
    subject.parked = new Set([...known, ...poison.map(({ event }) => event.stream)]);
  }
  for (const [subject, reason] of broken) subject.broken = reason;
  for (const subject of subjects.filter(({ broken }) => broken !== null)) {
    subject.missed += pendingEvents(subject, events).length;
  }
  return applied;
}
