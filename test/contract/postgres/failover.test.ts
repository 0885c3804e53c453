import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stack, startStack } from '../../../embedded/stack/index.js';
import { createDatabase } from '../../../src/adapters/postgres/database.js';
import { createOwnerLock } from '../../../src/adapters/postgres/owner-lock.js';
import { isTransient } from '../../../src/commands/failures.js';
import { copyCluster, createEmptyDatabase, type EmptyDatabase } from '../../support/postgres.js';
import { addressOf, openGate, type TcpGate } from '../../support/tcp-gate.js';

let primary: EmptyDatabase;
let replica: Stack;
let folder: string;
let gate: TcpGate;
let db: Knex;
/** Where the name leads. */
let target: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'portal-replica-'));
  await copyCluster(folder);
  await writeFile(path.join(folder, 'postgres', 'data', 'standby.signal'), '');
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  [primary, replica] = await Promise.all([
    createEmptyDatabase(),
    startStack({ dataDir: folder, ports: 'free', parts: ['postgres'], env }),
  ]);
  target = replica.env.DATABASE_URL ?? '';
  gate = await openGate(() => addressOf(target));
  db = createDatabase({
    // Both servers have the database of this name, with the same password.
    url: gate.through(target),
    poolMax: 2,
    statementTimeoutMs: 5_000,
    lockTimeoutMs: 5_000,
    idleInTransactionTimeoutMs: 5_000,
    applicationName: 'test',
  });
});
afterAll(async () => {
  await db.destroy();
  await gate.close();
  await replica.stop();
  await primary.drop();
  await rm(folder, { recursive: true, force: true });
});

it('a name that still leads to a replica leads nowhere, and to the primary as soon as it does', async () => {
  const lock = createOwnerLock({ url: gate.through(target), applicationName: 'test' });
  const refusal = expect.objectContaining({ name: 'ReplicaMet' });
  await expect(db.raw('select 1')).rejects.toSatisfy(isTransient);
  await expect(db.raw('select 1')).rejects.toEqual(refusal);
  await expect(lock.tryAcquire('projector')).rejects.toEqual(refusal);
  target = primary.url;
  await expect(db.raw('select pg_is_in_recovery() as replica')).resolves.toMatchObject({ rows: [{ replica: false }] });
  const ownership = await lock.tryAcquire('projector');
  expect(ownership).not.toBeNull();
  await ownership?.release();
});
