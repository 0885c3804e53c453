import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIdempotencyKeys } from '../../../src/adapters/postgres/idempotency-keys.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { migratedDatabase } from '../../support/database.js';

let db: Knex;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ db, drop } = await migratedDatabase());
});
afterAll(() => drop?.());

it('binds a key to the first order that a caller asks for with it, also when it is erased', async () => {
  const keys = createIdempotencyKeys(db);
  const at = '2026-03-01T09:00:00.000Z';
  const claim = (scope: string, orderId: string, more: { key?: string; bodyHash?: string } = {}) =>
    keys.claim({
      scope,
      orderId: asOrderId(orderId),
      at: orderId === 'o1' ? at : new Date().toISOString(),
      key: 'basket of bob@example.com',
      bodyHash: 'b',
      ...more,
    });

  expect(await claim('ada', 'o1')).toEqual({ orderId: 'o1', at });
  expect(await claim('ada', 'o2')).toEqual({ orderId: 'o1', at });
  expect(await claim('ada', 'o2', { bodyHash: 'another' })).toBe('other-body');
  expect(await claim('ada', 'o3', { key: 'another' })).toMatchObject({ orderId: 'o3' });
  expect(await claim('bob', 'o4')).toMatchObject({ orderId: 'o4' });
  expect(await claim('bob', 'o5')).toMatchObject({ orderId: 'o4' });

  // Asked for again, which changes nothing.
  for (const _ of ['once', 'again']) await keys.erase(asOrderId('o4'));
  expect(await claim('bob', 'o5')).toBe('other-body');
  expect(await claim('ada', 'o5')).toEqual({ orderId: 'o1', at });
  const { rows } = await db.raw("select key from portal.idempotency_keys where scope = 'bob'");
  expect(rows).toEqual([{ key: expect.not.stringContaining('bob') }]);
});

it('erases the key of an order without going through those of all others', async () => {
  await db.raw(`insert into portal.idempotency_keys (scope, key, body_hash, order_id)
    select 'eve', n, 'b', 'order ' || n from generate_series(1, 5000) n`);
  await db.raw('analyze portal.idempotency_keys');
  const statements: { sql: string; bindings: Knex.RawBinding[] }[] = [];
  db.on('query', (statement) => statements.push(statement));
  await createIdempotencyKeys(db).erase(asOrderId('order 7'));
  const [look, change] = statements as [(typeof statements)[0], (typeof statements)[0]];
  expect(change.sql).toContain('update');
  const { rows } = await db.raw(`explain ${look.sql.replace(/\$\d+/g, '?')}`, look.bindings);
  expect(JSON.stringify(rows)).toContain('idempotency_keys_order');
});
