import type { Knex } from 'knex';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDatabase } from '../../../src/adapters/postgres/database.js';
import { createOwnerLock } from '../../../src/adapters/postgres/owner-lock.js';
import { isTransient } from '../../../src/commands/failures.js';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/postgres.js';
import { addressOf, openGate, type TcpGate } from '../../support/tcp-gate.js';
import { until } from '../../support/until.js';

let empty: EmptyDatabase;
let gate: TcpGate;
let db: Knex;
let url: string;
beforeEach(async () => {
  empty = await createEmptyDatabase();
  gate = await openGate(() => addressOf(empty.url));
  url = gate.through(empty.url);
  db = createDatabase({
    url,
    poolMax: 1,
    statementTimeoutMs: 500,
    lockTimeoutMs: 500,
    idleInTransactionTimeoutMs: 500,
    applicationName: 'test',
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await gate.close();
  await db.destroy();
  await empty.drop();
});

it('a connection that leads nowhere fails one statement, and the next one has another connection', async () => {
  await db.raw('select 1');
  gate.strand();
  await expect(db.raw('select 1')).rejects.toSatisfy(isTransient);
  await expect(db.raw('select 1')).resolves.toMatchObject({ rowCount: 1 });
});

it('one that came to lead nowhere while nobody used it fails nothing', async () => {
  await db.raw('select 1');
  gate.strand();
  const later = performance.now() + 10_000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  await expect(db.raw('select 1')).resolves.toMatchObject({ rowCount: 1 });
});

it('one that comes to lead nowhere in a transaction fails it, and nobody waits for its end', async () => {
  const transaction = db.transaction(async (tx) => {
    await tx.raw('select 1');
    gate.strand();
    await tx.raw('select 1');
  });
  await expect(transaction).rejects.toSatisfy(isTransient);
  await expect(db.raw('select 1')).resolves.toMatchObject({ rowCount: 1 });
});

it('whoever waits for a connection when the portal stops has done nothing wrong', async () => {
  const transaction = await db.transaction();
  const waiting = expect(db.raw('select 1')).rejects.toSatisfy(isTransient);
  const closed = db.destroy();
  await transaction.rollback();
  await Promise.all([waiting, closed]);
});

it('a statement that the server cancels for its length leaves the connection as it is', async () => {
  const pid = async () => (await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  const before = await pid();
  await expect(db.raw('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  expect(await pid()).toBe(before);
});

it('who owns by one that leads nowhere hears of it, and gives it up without an answer', async () => {
  const lock = createOwnerLock({ url, applicationName: 'test' });
  const owners = [await lock.tryAcquire('one'), await lock.tryAcquire('other')];
  gate.strand();
  await Promise.all([owners[0]?.release(), until('the loss is known', () => owners[1]?.lost.aborted)]);
  expect(await lock.tryAcquire('one')).not.toBeNull();
});
