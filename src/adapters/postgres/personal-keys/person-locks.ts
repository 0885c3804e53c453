import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { columns, type Row } from './rows.js';

/** Retiring a key takes milliseconds once nobody writes with it, and waits for an append that hangs. */
const retiringPauseMs = 25;
const retiringLimitMs = 45_000;

/**
 * Keeps the key of a person from being retired, in one round trip with the look for it.
 *
 * @returns the key in use, if there is one, and what gives the lock back
 * @throws when the key is being retired and does not become free
 */
export async function lockInUse(locks: Knex, person: string): Promise<{ row: Row | undefined; release(): void }> {
  const deadline = performance.now() + retiringLimitMs;
  for (;;) {
    // The second statement sees what was committed when the lock was given. A wait would stop all others of the session.
    const answers: unknown = await locks.raw(
      `select pg_try_advisory_lock_shared(${lockOf(person)}) as mine, pg_backend_pid() as session;
       select ${columns} from portal.personal_keys where subject = '${person}' and retired_at is null`,
    );
    const [locked, found] = answers as [{ rows: { mine: boolean; session: number }[] }, { rows: Row[] }];
    const [lock] = locked.rows;
    if (lock?.mine) return { row: found.rows[0], release: () => unlock(locks, person, lock.session) };
    if (performance.now() > deadline)
      throw new Error('the key of a customer is being retired and does not become free');
    await sleep(retiringPauseMs);
  }
}

/** Waits until nobody writes with the key of a person; held to the end of the transaction. */
export async function lockForRetiring(tx: Knex, person: string): Promise<void> {
  await tx.raw(`select pg_advisory_xact_lock(${lockOf(person)})`);
}

/** Should the session be gone, its locks are too; in the next one the lock is somebody else's. */
function unlock(locks: Knex, person: string, session: number): void {
  void locks
    .raw(`select pg_advisory_unlock_shared(${lockOf(person)}) where pg_backend_pid() = ${session}`)
    .then(undefined, () => undefined);
}

/** Of the hashes of persons, in hexadecimal. */
function lockOf(person: string): string {
  return `hashtextextended('${person}', 2)`;
}
