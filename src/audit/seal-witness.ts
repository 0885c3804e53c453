import type { Knex } from 'knex';
import { sealStream } from '../commands/aggregates.js';
import type { EventStore } from '../commands/event-store.js';
import type { LogSealed } from '../domain/seal/events.js';
import { SealBroken } from './sealer.js';
import { sealIn } from './seals.js';

/** A seal that the portal has made, remembered outside the event store. */
export type WitnessedSeal = Pick<LogSealed, 'number' | 'digest'>;

/** @returns the last seal that was kept; null when none has been */
export async function witnessedSeal(db: Knex): Promise<WitnessedSeal | null> {
  const { rows } = await db.raw<{ rows: WitnessedSeal[] }>('select number, digest from portal.seal_witness');
  return rows[0] ?? null;
}

/**
 * Remembers a seal in place of an earlier one, unless that one is gone from the event store: later seals must not hide
 * that somebody cut it off.
 *
 * @throws SealBroken when the seal that was remembered is gone
 */
export async function keepSeal(
  { db, eventStore }: { readonly db: Knex; readonly eventStore: Pick<EventStore, 'readStream'> },
  seal: LogSealed,
): Promise<void> {
  const kept = await witnessedSeal(db);
  if (kept && !(await isThere(eventStore, kept))) {
    throw new SealBroken(`seal ${kept.number} was made and is gone from the event store; what came after it is sealed`);
  }
  await db.raw(
    `insert into portal.seal_witness (number, digest, sealed_at) values (?, ?, ?)
     on conflict (only_one) do update set (number, digest, sealed_at) = (excluded.number, excluded.digest, excluded.sealed_at)
     where seal_witness.number < excluded.number`,
    [seal.number, seal.digest, seal.sealedAt],
  );
}

async function isThere(eventStore: Pick<EventStore, 'readStream'>, kept: WitnessedSeal): Promise<boolean> {
  // What somebody else has written among the seals moves those after it on.
  for await (const event of eventStore.readStream(sealStream, { fromRevision: BigInt(kept.number - 1) })) {
    if (sealIn(event)?.digest === kept.digest) return true;
  }
  return false;
}
