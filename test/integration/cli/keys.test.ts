import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiKeys, createApiKeys } from '../../../src/adapters/postgres/api-keys.js';
import { buildApp } from '../../../src/http/app.js';
import { keyAuthenticator } from '../../../src/http/security/key-authenticator.js';
import { migratedDatabase } from '../../support/database.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, placeOrder, toPaid } from '../../support/orders.js';
import { testTokens } from '../../support/tokens.js';

let db: Knex;
let drop: () => Promise<void>;
let keys: ApiKeys;
let app: FastifyInstance;

beforeAll(async () => {
  ({ db, drop } = await migratedDatabase());
  keys = createApiKeys(db);
  const portal = memoryPortal();
  portal.addOrder(exampleId(1), toPaid);
  app = await buildApp({ ...portal.options, authenticate: keyAuthenticator(keys, testTokens()) });
});
afterAll(async () => {
  await app?.close();
  await drop?.();
});

const asked = { name: 'a program', customerId: null, brandId: null, createdBy: 'operator:test', expiresAt: null };

async function statusOf(token: string, url = `/api/v1/orders/${exampleId(1)}`): Promise<number> {
  return (await app.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode;
}

it('lets a key do what its roles allow', async () => {
  const { token } = await keys.create({ ...asked, roles: ['auditor'] });
  expect(await statusOf(token)).toBe(200);
  expect(await statusOf(token, '/api/v1/inventory/syncs')).toBe(200);
  const cancel = { method: 'POST', url: `/api/v1/orders/${exampleId(1)}/cancel`, payload: { reason: 'x' } } as const;
  expect((await app.inject({ ...cancel, headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(403);
});

it('narrows a buyer to its customer', async () => {
  const own = await keys.create({ ...asked, roles: ['buyer'], customerId: placeOrder.customerId });
  const other = await keys.create({ ...asked, roles: ['buyer'], customerId: 'somebody-else' });
  expect([await statusOf(own.token), await statusOf(other.token)]).toEqual([200, 404]);
});

it('refuses a key that is revoked, has expired or was never made', async () => {
  const revoked = await keys.create({ ...asked, roles: ['admin'] });
  expect(await keys.revoke(revoked.key.id)).toBe(true);
  expect(await keys.revoke(revoked.key.id)).toBe(false);
  const expired = await keys.create({ ...asked, roles: ['admin'], expiresAt: '2020-01-01T00:00:00.000Z' });
  for (const token of [revoked.token, expired.token, 'vlk_made_up']) expect(await statusOf(token)).toBe(401);
  const expiring = await keys.create({ ...asked, roles: ['admin'], expiresAt: '2999-01-01T00:00:00.000Z' });
  expect(await statusOf(expiring.token)).toBe(200);
  expect((await keys.list()).slice(0, 3).map(({ id, state }) => [id, state])).toEqual([
    [expiring.key.id, 'valid'],
    [expired.key.id, 'expired'],
    [revoked.key.id, 'revoked'],
  ]);
});

it('keeps no token, and leaves other credentials to others', async () => {
  const { token } = await keys.create({ ...asked, roles: ['operator'] });
  const { rows } = await db.raw('select k::text as row from portal.api_keys k');
  expect(rows.map(({ row }: { row: string }) => row).join()).not.toContain(token.slice(-24));
  expect(JSON.stringify(await keys.list())).not.toContain(token);
  expect(await statusOf('operator')).toBe(200);
});

it('tells its caller to come again, where nobody says in time whose key it is', async () => {
  const { token } = await keys.create({ ...asked, roles: ['admin'] });
  const options = { ...memoryPortal().options, authenticate: keyAuthenticator(createApiKeys(db, 100), testTokens()) };
  const hasty = await buildApp(options);
  const held = await db.transaction();
  try {
    await held.raw('lock table portal.api_keys in access exclusive mode');
    const asking = hasty.inject({ url: '/api/v1/products', headers: { authorization: `Bearer ${token}` } });
    const answer = await Promise.race([asking, sleep(3_000, null)]);
    expect(answer?.statusCode).toBe(503);
    expect(answer?.json()).toMatchObject({ code: 'unavailable' });
  } finally {
    await held.rollback();
    await hasty.close();
  }
});
