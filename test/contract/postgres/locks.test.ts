import { expect, it, onTestFinished } from 'vitest';
import { createLocks } from '../../../src/adapters/postgres/locks.js';
import type { Locks } from '../../../src/commands/ports.js';
import { testDatabase } from '../../support/database.js';
import { createEmptyDatabase } from '../../support/postgres.js';

it('lets one at a time work under a name, whichever process it is of, also after a failure', async () => {
  const { url, drop } = await createEmptyDatabase();
  const pools = [1, 2].map(() => testDatabase({ env: { DATABASE_URL: url } }));
  const [one, other] = pools.map((pool) => createLocks(pool)) as [Locks, Locks];
  onTestFinished(async () => {
    for (const pool of pools) await pool.destroy();
    await drop();
  });
  let under = 0;
  const work = async () => {
    under += 1;
    expect(under).toBe(1);
    await one.exclusively('another name', async () => expect(under).toBe(1));
    under -= 1;
    throw new Error('failed');
  };
  const all = await Promise.allSettled([one, other, one, other].map((by) => by.exclusively('name', work)));
  expect(all.map((end) => end.status === 'rejected' && end.reason.message)).toEqual(Array(4).fill('failed'));
});
