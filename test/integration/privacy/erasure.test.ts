import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdempotencyKeys } from '../../../src/adapters/postgres/idempotency-keys.js';
import { createLogger } from '../../../src/adapters/telemetry/logger.js';
import { verifyStore } from '../../../src/audit/verify.js';
import { erasePersonalData } from '../../../src/commands/erase-personal-data.js';
import type { OrderHistory } from '../../../src/commands/histories.js';
import { compose, type Portal } from '../../../src/compose.js';
import { loadConfig } from '../../../src/config.js';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import { type Effect, EffectImpossible } from '../../../src/processes/effects/effect.js';
import { createEraseHandler } from '../../../src/processes/handlers/erase.js';
import { createPersonalRecords } from '../../../src/processes/privacy/records.js';
import { RebuildInProgress } from '../../../src/projections/generations/exclusively.js';
import type { OrderView } from '../../../src/projections/views.js';
import { portalCli } from '../../support/cli.js';
import { collect } from '../../support/collect.js';
import { type Placed, pay, place, startPortal, streamOf, type TestPortal, untilEvent } from '../../support/portal.js';
import { expectOrderToEqualItsStream } from '../../support/truth.js';
import { until } from '../../support/until.js';
import { deliverAndSettle, providerEvent } from '../orders/support.js';

/** Nobody else has this address, so wherever it stands, it is hers. */
const email = 'ada.lovelace.erased@example.com';
/** A client that takes her address for the id of its request. */
const headers = { 'idempotency-key': `order of ${email}` };
let portal: TestPortal;
/** The operator's own process beside the portal. */
let operator: Portal;
let unpaid: Placed;
let paid: Placed;
let others: Placed;
/** Keys as they were before the erasure. */
let backup: { id: string; subject: string; wrapped: Buffer; master: string }[];

beforeAll(async () => {
  portal = await startPortal();
  operator = compose(loadConfig(portal.stack.env), createLogger({ level: 'silent', dir: null, pretty: false }));
  unpaid = await place(portal, { email, pick: 1, headers });
  paid = await place(portal, { email: email.toUpperCase(), pick: 1 });
  others = await place(portal, { email: 'bob@example.com', pick: 1 });
}, 120_000);
afterAll(async () => {
  await operator?.close();
  await portal?.stop();
});

function erase(reason: string, force = false) {
  const context = { correlationId: 'c', causationId: 'c', actor: 'operator:test' };
  return erasePersonalData(operator.erasure, { customer: email, reason, force }, context);
}

function audit() {
  const { eventStore, pools, projections, personalKeys: keys } = operator;
  return verifyStore({ eventStore, db: pools.projections, queries: projections.queries, keys });
}

const cli = (...args: string[]) => portalCli([...args, '--data-dir', portal.stack.dataDir]);

const orderOf = async ({ order }: Placed) => (await portal.api<OrderView>('GET', `/api/v1/orders/${order.id}`)).body;

async function found(q: string): Promise<string[]> {
  const { body } = await portal.api<{ items: OrderView[] }>('GET', `/api/v1/orders?q=${encodeURIComponent(q)}`);
  return body.items.map(({ id }) => id).sort();
}

/** Tables of the portal, of whatever generation, in which a text stands, be it inside of bytes. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await portal.sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('portal', 'read')`,
  );
  const having: string[] = [];
  for (const { name } of tables) {
    const rows = await portal.sql(
      `select 1 from ${name} t where t::text ilike $1 or t::text ilike $2 or t::text ilike $3 limit 1`,
      [text, text.toLowerCase(), text.toUpperCase()].map(
        (spelling, index) => `%${index === 0 ? spelling : Buffer.from(spelling).toString('hex')}%`,
      ),
    );
    if (rows.length > 0) having.push(name);
  }
  return having;
}

/** Tables and columns whose statistics quote a text: the planner keeps samples of what stood in the rows. */
async function statisticsWith(text: string): Promise<string[]> {
  const rows = await portal.sql<{ place: string }>(
    `select tablename || '.' || attname as place from pg_stats
     where schemaname in ('portal', 'read') and concat(most_common_vals, histogram_bounds) ilike $1`,
    [`%${text}%`],
  );
  return rows.map(({ place }) => place);
}

/** The payment provider has told all that it has to tell, and the portal has done with it. */
const untilHeard = () =>
  until('every webhook is done with', async () => {
    const { pending } = await portal.stripe<{ pending: number }>('GET', '/webhooks');
    const open = await portal.sql("select from portal.effects where kind = 'webhook' and status = 'open'");
    return pending === 0 && open.length === 0;
  });

describe('erasing a customer', { timeout: 120_000 }, () => {
  it('is possible since the event store never holds the customer in plain text', async () => {
    const stored = await collect(operator.storedEvents.readStream(`order-${unpaid.order.id}`));
    const text = JSON.stringify(stored.map(({ data, metadata }) => ({ data, metadata })));
    for (const word of [email, 'Ada Byron', '555 0100', 'Main St']) expect(text).not.toContain(word);
    expect(await orderOf(unpaid)).toMatchObject({ customer: { email, name: 'Ada Byron' }, erasedAt: null });
  });

  it('begins with a look at what there is of them', async () => {
    const known = await cli('privacy', 'show', email, '--json');
    expect([known.code, known.json().keys.length, known.json().orders.length]).toEqual([0, 1, 2]);
    const unknown = await cli('privacy', 'show', 'nobody@example.com');
    expect(unknown).toMatchObject({ code: 1, stdout: expect.stringContaining('No key is of this customer.') });
  });

  it('has to be meant', async () => {
    const { code, stderr } = await cli('privacy', 'erase', email, '--reason', 'request 1');
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });

  it('is refused while an order is not final, and names the order', async () => {
    await pay(portal, paid);
    await untilEvent(portal, paid.order.id, 'OrderExported');
    expect(await erase('request 1')).toMatchObject({
      outcome: 'open-orders',
      orders: [{ orderNumber: unpaid.order.orderNumber }, { orderNumber: paid.order.orderNumber }],
    });
    expect((await orderOf(unpaid)).customer.email).toBe(email);
  });

  it('leaves nothing of the customer in PostgreSQL, answers, history and the past', async () => {
    expect(await tablesWith(email)).not.toEqual([]);
    backup = await portal.sql('select id, subject, wrapped, master from portal.personal_keys');
    for (const { order } of [unpaid, paid]) {
      // Whoever gives a reason may name the customer; it is not kept.
      const reason = `${email} and Ada Byron changed plans`;
      expect((await portal.api('POST', `/api/v1/orders/${order.id}/cancel`, { reason })).status).toBe(200);
    }
    await untilEvent(portal, paid.order.id, 'RefundSucceeded');
    await untilEvent(portal, paid.order.id, 'NotificationSent', { where: { kind: 'refunded' } });
    await untilHeard();
    // A former generation, kept for a rollback, follows the events no more.
    await operator.projections.rebuild('orders');
    await portal.sql('analyze');
    expect(await statisticsWith(email)).not.toEqual([]);
    const asPlaced = (id: string, known?: string | null) =>
      portal.api('GET', `/api/v1/orders/${id}?asOf=0`, undefined, known ? { 'if-none-match': known } : {});
    const kept = (await asPlaced(paid.order.id)).headers.get('etag');
    expect((await asPlaced(paid.order.id, kept)).status).toBe(304);

    const erased = await cli('privacy', 'erase', email, '--reason', 'request 1', '--yes', '--json');
    expect(erased.stdout + erased.stderr).toContain('"erased"');
    expect(erased.code).toBe(0);
    const { keyIds, orders } = erased.json();
    expect(keyIds).toHaveLength(1);
    expect(orders.map(({ orderId }: { orderId: OrderId }) => orderId).sort()).toEqual(
      [unpaid.order.id, paid.order.id].sort(),
    );

    for (const placed of [unpaid, paid]) {
      const { id } = placed.order;
      expect(await orderOf(placed)).toMatchObject({
        customer: { name: 'erased', email: 'erased', phone: 'erased', companyName: 'erased' },
        shippingAddress: { street1: 'erased', street2: null, city: 'erased', zip: 'erased' },
        erasedAt: expect.any(String),
        status: 'cancelled',
      });
      const history = await portal.api<OrderHistory>('GET', `/api/v1/orders/${id}/history`);
      expect(history.body.verified).toBe(true);
      const past = await asPlaced(id, kept);
      const diff = await portal.api('GET', `/api/v1/orders/${id}/diff`);
      for (const { body } of [history, past, diff]) {
        expect(JSON.stringify(body)).toContain('erased');
        expect(JSON.stringify(body)).not.toMatch(/lovelace|Ada Byron|555 0100|Main St/i);
      }
      await expectOrderToEqualItsStream(portal, id);
    }
    expect(await tablesWith(email)).toEqual([]);
    expect(await statisticsWith(email)).toEqual([]);
    expect(await found(email)).toEqual([]);
    expect(await found('bob@example.com')).toEqual([others.order.id]);
    expect(await orderOf(others)).toMatchObject({ customer: { name: 'Ada Byron', email: 'bob@example.com' } });
  });

  it.each([
    ['a payment', () => ({ id: paid.payment.paymentIntentId })],
    ['a charge', () => ({ id: 'ch_1', payment_intent: paid.payment.paymentIntentId })],
    ['what names the order alone', () => ({ id: 'ch_2', metadata: { order_id: paid.order.id } })],
  ])('leaves nothing of the customer in what is told later of %s, though nobody handles it', async (_what, object) => {
    const event = providerEvent('something.new', { ...object(), receipt_email: email });
    expect(await deliverAndSettle(portal, event)).toBe('ignored');
    await untilHeard();
    expect(await tablesWith(email)).toEqual([]);
  });

  it('leaves a receipt that says who and when, and nothing of the customer', async () => {
    const events = await collect(portal.eventStore.readAll({ prefixes: ['privacy-'] }));
    expect(events).toHaveLength(1);
    const [receipt] = events;
    expect(receipt).toMatchObject({ type: 'PersonalDataErased', data: { reason: 'request 1' } });
    expect(receipt?.metadata.actor).toMatch(/^operator:./);
    expect(JSON.stringify([receipt?.data, receipt?.metadata])).not.toMatch(/lovelace|byron/i);
    expect((await streamOf(portal, paid.order.id)).map(({ type }) => type)).toContain('CustomerDataErased');
  });

  it('keeps every chain whole, and a rebuild gives the same rows', async () => {
    expect(await audit()).toMatchObject({ ok: true, findings: [], rows: { personal_keys: 1 } });
    const rebuilt = await operator.projections.rebuild('orders', { checkOnly: true });
    expect(rebuilt.comparison).toMatchObject({ rows: 3, differing: 0 });
  });

  it('is known to the audit, which names a key that came back from a back-up; asked for again it is gone again', async () => {
    const [destroyed] = await portal.sql<{ id: string }>(
      'select id from portal.personal_keys where erased_at is not null',
    );
    const restored = backup.find(({ id }) => id === destroyed?.id);
    await portal.sql(
      'update portal.personal_keys set subject = $2, wrapped = $3, master = $4, retired_at = null, erased_at = null where id = $1',
      [restored?.id, restored?.subject, restored?.wrapped, restored?.master],
    );
    expect(await audit()).toMatchObject({
      ok: false,
      findings: [{ kind: 'row', table: 'personal_keys', key: destroyed?.id, reason: 'unexpected' }],
    });
    expect(await erase('request 1, after a restore')).toMatchObject({ outcome: 'erased', keyIds: [destroyed?.id] });
    expect(await audit()).toMatchObject({ ok: true });
  });

  it('destroys no key without a receipt, whatever asks for it', async () => {
    await place(portal, { email: 'stays@example.com', pick: 1 });
    const [live] = await portal.sql<{ id: string }>(
      'select id from portal.personal_keys where erased_at is null limit 1',
    );
    const handler = createEraseHandler({ handler: operator.handler, keys: operator.personalKeys });
    const effect = { key: `erase:${live?.id}`, kind: 'erase', subject: live?.id ?? '' } as Effect;
    const context = { correlationId: 'c', causationId: 'c', actor: 'system:erase' };
    await expect(handler.perform(effect, context)).rejects.toBeInstanceOf(EffectImpossible);
    expect(await operator.personalKeys.get(live?.id ?? '')).toMatchObject({ erasedAt: null });
  });

  it('leaves an idempotency key taken, although nobody can read it any more', async () => {
    await expect(place(portal, { email, pick: 1, headers })).rejects.toThrow('idempotency-key-reused');
    // As when the erasure is asked for again.
    await createIdempotencyKeys(operator.pools.api).erase(unpaid.order.id);
    await expect(place(portal, { email, pick: 1, headers })).rejects.toThrow('idempotency-key-reused');
  });

  it('is over: asked for again, nobody is known by that name', async () => {
    expect(await erase('request 2')).toEqual({ outcome: 'unknown', untouched: [] });
  });

  it('takes its turn after another one that is at work, and after a short rebuild', async () => {
    const asked = [];
    for (const who of ['one@example.com', 'two@example.com']) {
      const { order } = await place(portal, { email: who, pick: 1 });
      await portal.api('POST', `/api/v1/orders/${order.id}/cancel`, { reason: 'changed plans' });
      asked.push({ customer: who, reason: 'request 2', force: false });
    }
    const context = { correlationId: 'c', causationId: 'c', actor: 'operator:test' };
    const rebuilding = operator.projections.rebuild('orders', { checkOnly: true });
    const outcomes = await Promise.all(asked.map((request) => erasePersonalData(operator.erasure, request, context)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['erased', 'erased']);
    await rebuilding;
  });

  it('destroys no key beside a rebuild that takes long, and says so; asked for again it goes on', async () => {
    const { order } = await place(portal, { email: 'three@example.com', pick: 1 });
    await portal.api('POST', `/api/v1/orders/${order.id}/cancel`, { reason: 'changed plans' });
    const dropFormer = () => Promise.reject(new RebuildInProgress('orders is being rebuilt already'));
    const projections = { ...operator.projections, dropFormer };
    const { api: db } = operator.pools;
    const idempotencyKeys = createIdempotencyKeys(db);
    const records = createPersonalRecords({ ...operator, db, projections, idempotencyKeys });
    const request = { customer: 'three@example.com', reason: 'request 4', force: false };
    const context = { correlationId: 'c', causationId: 'c', actor: 'operator:test' };
    const refused = await erasePersonalData({ ...operator.erasure, records }, request, context);
    expect(refused).toEqual({ outcome: 'rebuilding' });
    expect(await erasePersonalData(operator.erasure, request, context)).toMatchObject({ outcome: 'erased' });
  });

  it('that stops half-way is taken up where it stopped, and tells how far it is', async () => {
    const customer = 'four@example.com';
    for (const pick of [1, 1]) {
      const { order } = await place(portal, { email: customer, pick });
      await portal.api('POST', `/api/v1/orders/${order.id}/cancel`, { reason: 'changed plans' });
    }
    const { records } = operator.erasure;
    const told: [orders: number, share: number][] = [];
    const onProgress = (...progress: [number, number]) => void told.push(progress);
    const request = { customer, reason: 'request 5', force: false, onProgress };
    const context = { correlationId: 'c', causationId: 'c', actor: 'operator:test' };
    const eraseTraces = (order: Parameters<typeof records.eraseTraces>[0]) =>
      told.length === 0 ? records.eraseTraces(order) : Promise.reject(new Error('the database is away'));
    const dying = { ...operator.erasure, records: { ...records, eraseTraces } };
    await expect(erasePersonalData(dying, request, context)).rejects.toThrow('the database is away');
    expect(told).toEqual([[1, 0.5]]);
    expect(await tablesWith(customer)).not.toEqual([]);
    expect(await erasePersonalData(operator.erasure, request, context)).toMatchObject({ outcome: 'erased' });
    expect(told.slice(1)).toEqual([
      [1, 0.5],
      [2, 1],
    ]);
    expect(await tablesWith(customer)).toEqual([]);
  });

  it('waits for read models that have left an order behind, which would go on showing the person', async () => {
    const late = await place(portal, { email: 'late@example.com', pick: 1 });
    await portal.api('POST', `/api/v1/orders/${late.order.id}/cancel`, { reason: 'changed plans' });
    const stream = `order-${late.order.id}`;
    const last = (await portal.eventStore.last(stream))!;
    // As a stream is that was parked by an earlier release and can be applied by this one.
    await portal.sql(
      `insert into portal.parked_streams
         (projection, generation, stream, first_revision, commit_position, prepare_position, event_id, event_type, error)
       select name, live, $1, $2, $3, $4, $5, $6, 'as a former release saw it'
       from portal.projection_generations where name = 'orders'`,
      [stream, last.revision, last.position.commit, last.position.prepare, last.id, last.type],
    );
    await portal.sql(`update portal.projection_generations set parked_epoch = parked_epoch + 1 where name = 'orders'`);
    const asked = ['privacy', 'erase', 'late@example.com', '--reason', 'request 3', '--yes', '--json'];
    const refused = await cli(...asked);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.json()).toMatchObject({ outcome: 'parked', orderIds: [late.order.id] });
    expect((await orderOf(late)).erasedAt).toBeNull();

    expect(await cli('projections', 'retry', 'all', '--all')).toMatchObject({ code: 0 });
    expect(await cli(...asked)).toMatchObject({ code: 0 });
    expect(await orderOf(late)).toMatchObject({ customer: { email: 'erased' } });
  });

  it('does not keep the person from ordering again, under a new key', async () => {
    const anew = await place(portal, { email, pick: 1 });
    await expectOrderToEqualItsStream(portal, anew.order.id);
    expect((await orderOf(anew)).customer.email).toBe(email);
    expect((await orderOf(paid)).customer.email).toBe('erased');
    // Erased by force, the order is neither announced nor exported; an operator hears of it.
    expect(await erase('request 3', true)).toMatchObject({ outcome: 'erased', orders: [{ orderId: anew.order.id }] });
    await pay(portal, anew);
    const failed = await untilEvent(portal, anew.order.id, 'OrderExportFailed');
    expect(failed.data).toMatchObject({ reason: expect.stringContaining('erased') });
    await untilHeard();
    expect(await tablesWith(email)).toEqual([]);
  });
});
