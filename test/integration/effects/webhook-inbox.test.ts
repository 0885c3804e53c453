import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { createEffectStore, type EffectStore } from '../../../src/processes/effects/store.js';
import { createWebhookInbox, type WebhookInbox } from '../../../src/processes/webhooks/inbox.js';
import { migratedDatabase } from '../../support/database.js';

let db: Knex;
let drop: () => Promise<void>;
let effects: EffectStore;
let inbox: WebhookInbox;

beforeAll(async () => {
  ({ db, drop } = await migratedDatabase());
  effects = createEffectStore(db);
  inbox = createWebhookInbox(db, effects);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => drop?.());

async function received(eventId: string, object: object): Promise<void> {
  const payload = { id: eventId, data: { object } };
  const webhook = { eventId, type: 'payment_intent.succeeded', createdAt: new Date().toISOString(), payload };
  expect(await inbox.store(webhook, Buffer.from(JSON.stringify(payload)), 'c')).toBe(true);
}

const generation = async (eventId: string) => (await effects.get(`webhook:${eventId}`))?.generation;

it('opens the processing of a webhook again every time it is asked to, also within a millisecond', async () => {
  await received('evt_again', {});
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const times of [1, 2]) {
    expect(await inbox.replay('evt_again')).toBe(true);
    expect(await generation('evt_again')).toBe(times);
  }
});

it('takes up again what is parked for an order or its payment, and nothing else', async () => {
  await received('evt_order', { id: 'ch_1', metadata: { order_id: 'o1' } });
  await received('evt_payment', { id: 'pi_1' });
  await received('evt_of_payment', { id: 'ch_2', payment_intent: 'pi_1' });
  await received('evt_expanded', { id: 'ch_3', payment_intent: { id: 'pi_1' } });
  await received('evt_other', { id: 'pi_2', metadata: { order_id: 'o2' } });
  const ids = ['evt_order', 'evt_payment', 'evt_of_payment', 'evt_expanded', 'evt_other'];
  for (const id of ids) await inbox.mark(id, 'parked');
  await received('evt_in_work', { id: 'pi_1' });
  expect(await inbox.unpark({ orderId: asOrderId('o1'), paymentIntentId: 'pi_1' })).toBe(4);
  expect(await Promise.all([...ids, 'evt_in_work'].map(generation))).toEqual([1, 1, 1, 1, 0, 0]);
});

it('parks what brings a whole payment along', async () => {
  const text = Array.from({ length: 5_000 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('');
  await received('evt_large', { id: 'ch_4', payment_intent: { id: 'pi_4', description: text } });
  await inbox.mark('evt_large', 'parked');
  expect(await inbox.unpark({ orderId: asOrderId('o4'), paymentIntentId: 'pi_4' })).toBe(1);
});

it('keeps text that PostgreSQL cannot hold, all but that', async () => {
  await received('evt_text', { nul: 'a\0b', half: 'a\ud800', whole: '😀', path: 'C:\\u0000\n"' });
  expect((await inbox.get('evt_text'))?.payload).toMatchObject({
    data: { object: { nul: 'a\ufffdb', half: 'a\ufffd', whole: '😀', path: 'C:\\u0000\n"' } },
  });
});

it('tells what has become of a webhook, and lists it by that, the newest first', async () => {
  const failed = async () => (await inbox.list({ status: 'failed', limit: 9 })).map(({ eventId }) => eventId);
  for (const id of ['evt_first', 'evt_second']) {
    await received(id, {});
    await inbox.mark(id, 'failed', { error: 'its order is not known yet' });
  }
  expect(await failed()).toEqual(['evt_second', 'evt_first']);
  await inbox.mark('evt_first', 'processed', { orderId: asOrderId('o6') });
  expect(await inbox.get('evt_first')).toMatchObject({ status: 'processed', orderId: 'o6', lastError: null });
  expect(await failed()).toEqual(['evt_second']);
});

it('takes the person out of what speaks of an order or its payments, and out of nothing else', async () => {
  const person = { receipt_email: 'ada@example.com' };
  await received('evt_names', { metadata: { order_id: 'o7' }, ...person });
  await received('evt_is', { id: 'pi_7', ...person });
  await received('evt_brought', { id: 'ch_7', ...person });
  await received('evt_another', { id: 'pi_8', ...person });
  await inbox.mark('evt_brought', 'processed', { orderId: asOrderId('o7') });
  await inbox.mark('evt_is', 'failed', { error: 'ada@example.com has another order' });
  const erased = ['evt_brought', 'evt_is', 'evt_names'];
  expect((await inbox.erase({ orderId: asOrderId('o7'), paymentIntentIds: ['pi_6', 'pi_7'] })).sort()).toEqual(erased);
  const naming = await db('portal.webhooks').whereRaw("webhooks::text || encode(raw, 'escape') like '%ada@%'");
  expect(naming).toMatchObject([{ event_id: 'evt_another' }]);
});

describe('among thousands of others', () => {
  beforeAll(async () => {
    await db.raw(
      `insert into portal.webhooks (event_id, type, payload, raw, created_at, status)
       select status || n, 'charge.refunded', jsonb_build_object('data', jsonb_build_object('object',
         jsonb_build_object('id', 'ch_' || status || n, 'payment_intent', 'pi_' || status || n, 'more', repeat(md5('more'), 50)))),
         '', now(), status
       from generate_series(1, 3000) n, unnest(array['parked', 'processed']) status`,
    );
    await db.raw('analyze portal.webhooks');
  });

  /** How the database looks for the webhooks that `work` needs. */
  async function planOf(work: () => Promise<unknown>): Promise<string> {
    const statements: { sql: string; bindings: Knex.RawBinding[] }[] = [];
    db.on('query', (statement) => statements.push(statement));
    await work();
    const look = statements.find(({ sql }) => sql.startsWith('select') && sql.includes('payload'))!;
    const { rows } = await db.raw(`explain ${look.sql.replace(/\$\d+/g, '?')}`, look.bindings);
    return JSON.stringify(rows);
  }

  it('finds what is parked for an order without going through what other systems have parked', async () => {
    const unpark = () => inbox.unpark({ orderId: asOrderId('o5'), paymentIntentId: 'pi_parked7' });
    expect(await planOf(async () => expect(await unpark()).toBe(1))).toContain('webhooks_parked');
  });

  it('finds what speaks of an order to be erased without going through all that was ever received', async () => {
    const erase = () => inbox.erase({ orderId: asOrderId('o8'), paymentIntentIds: ['pi_processed7'] });
    const plan = await planOf(async () => expect(await erase()).toEqual(['processed7']));
    expect(plan).toContain('webhooks_spoken_of');
    expect(plan).not.toContain('Seq Scan');
  });
});
