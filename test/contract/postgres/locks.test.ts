import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createLocks } from '../../../src/adapters/postgres/locks.js';
import type { Locks } from '../../../src/commands/ports.js';
import { testDatabase } from '../../support/database.js';
import { listen } from '../../support/listen.js';
import { createEmptyDatabase } from '../../support/postgres.js';
import { addressOf, openGate } from '../../support/tcp-gate.js';

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

/** What the server says when it ends a connection, in its protocol. */
const fields = 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const ended = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(fields)]);
ended.writeUInt32BE(ended.length - 1, 1);

it('takes another connection when the server ends one that is being opened', async () => {
  const ending = await listen(createServer((socket) => socket.once('data', () => socket.end(ended))));
  const { url, drop } = await createEmptyDatabase();
  let opened = 0;
  const gate = await openGate(() => {
    opened += 1;
    return opened === 1 ? { host: '127.0.0.1', port: ending.port } : addressOf(url);
  });
  const pool = testDatabase({ env: { DATABASE_URL: gate.through(url) } });
  onTestFinished(async () => {
    await pool.destroy();
    await Promise.all([gate.close(), ending.close(), drop()]);
  });
  expect(await createLocks(pool).exclusively('name', async () => 'done')).toBe('done');
  expect(opened).toBe(2);
});
