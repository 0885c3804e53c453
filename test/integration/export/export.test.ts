import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import { reservationOf } from '../../../src/domain/inventory/reservations.js';
import { asExtensivOrderId, type OrderId, type Sku } from '../../../src/domain/shared/ids.js';
import type { EffectStore } from '../../../src/processes/effects/store.js';
import { createInterventions } from '../../../src/processes/interventions.js';
import { stateExport } from '../../../src/processes/reconcile/by-hand.js';
import { startWorkers } from '../../../src/workers.js';
import { collect } from '../../support/collect.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';
import { type MailServer, startMailServer } from '../mail/support.js';

let world: WarehouseWorld;
let mail: MailServer;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let sku: Sku;

beforeAll(async () => {
  mail = await startMailServer();
  world = await startWarehouseWorld({
    EXPORT_BACKOFF_MS: '50',
    STATUS_POLL_INTERVAL_SECONDS: '3600',
    SMTP_URL: mail.url,
  });
  await world.sync();
  const stocked = await world.portal.projections.queries.products({ inStock: true, sort: '-stock', limit: 1 });
  sku = stocked.items[0]!.sku;
  world.portal.relay.start();
  // How long a request can be on its way need not be as long as a process that is halted may need for an answer.
  workers = await startWorkers({ ...world.portal, config: { ...world.portal.config, EXTENSIV_TIMEOUT_MS: 400 } });
});
afterAll(async () => {
  await workers.stop();
  await world.close();
  await mail.close();
});
beforeEach(async () => {
  await world.control('DELETE', '/faults');
  await world.control('DELETE', '/ledger');
});

const status = async (orderId: OrderId) => (await world.order(orderId)).status;
const reaches = (orderId: OrderId, wanted: string) =>
  expect.poll(() => status(orderId), { timeout: 30_000, interval: 25 }).toBe(wanted);
const there = async (orderNumber: string) =>
  (await world.warehouseOrders()).filter(({ order_number }) => order_number === orderNumber);
/** Create requests of an order, answered or not. */
const creates = async (orderNumber: string) => {
  const requests = await world.requests('?method=POST&path=/api/v1/orders');
  return requests.filter(({ idempotencyKey }) => idempotencyKey === orderNumber).length;
};
const cancel = (orderId: OrderId) =>
  world.portal.handler.handle(
    orders,
    orderId,
    { type: 'CancelOrder', reason: 'changed plans', initiator: 'operator', at: new Date().toISOString() },
    context(),
  );
const post = { method: 'POST', path: '/api/v1/orders' };

describe('a paid order', () => {
  it('is created in the warehouse once, its attempt recorded first', async () => {
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    expect(await there(orderNumber)).toHaveLength(1);
    const types = (await collect(world.portal.eventStore.readStream(`order-${orderId}`))).map(({ type }) => type);
    expect(types.filter((type) => type.includes('Export'))).toEqual(['ExportAttempted', 'OrderExported']);
  });

  it.each([
    ['a lost answer', { acceptThenDrop: true }],
    ['a truncated answer', { truncate: true }],
    ['an answer that comes too late', { answerDelayMs: 10_000 }],
  ])('is adopted after %s', async (_name, fault) => {
    await world.fault({ match: post, times: 1, fault });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    const [order, ...others] = await there(orderNumber);
    expect(others).toEqual([]);
    expect(await world.order(orderId)).toMatchObject({ extensivOrderId: order!.id, exportAttempts: 1 });
    expect(await creates(orderNumber)).toBe(1);
  });

  it('that waits at the warehouse’s request is announced anew before it is sent', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 429 }, retryAfter: 2 });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    const requests = await world.requests('?method=POST&path=/api/v1/orders');
    const sent = requests
      .filter(({ idempotencyKey }) => idempotencyKey === orderNumber)
      .map(({ at }) => Date.parse(at));
    const { exportAttempts, lastExportAttemptAt } = await world.order(orderId);
    expect([sent.length, exportAttempts]).toEqual([2, 2]);
    expect(sent[1]! - Date.parse(lastExportAttemptAt!)).toBeLessThan(1_500);
  });

  it('is sent again when the look-up after a lost answer says 404, for there is none, and stays one there', async () => {
    await world.fault({ match: post, times: 1, fault: { acceptThenDrop: true } });
    await world.fault({ match: { method: 'GET', path: '/api/v1/orders' }, times: 1, fault: { status: 404, body: {} } });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    expect(await creates(orderNumber)).toBe(2);
    expect(await there(orderNumber)).toHaveLength(1);
  });

  it('that is cancelled while it waits at the warehouse’s request is not sent any more', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 429 }, retryAfter: 2 });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await expect.poll(() => creates(orderNumber)).toBe(1);
    await cancel(orderId);
    const effect = () =>
      world.portal.pools
        .projections('portal.effects')
        .where({ key: `export:${orderId}` })
        .first();
    await expect.poll(async () => (await effect()).status, { timeout: 10_000 }).toBe('done');
    expect([await there(orderNumber), await creates(orderNumber)]).toEqual([[], 1]);
  });

  it('is adopted when the warehouse has its number already', async () => {
    const { orderId, orderNumber } = await world.paidOrder(sku);
    const body = { error: 'duplicate_order', id: 'EXT-7' };
    await world.fault({ match: post, times: 1, fault: { status: 409, body } });
    await reaches(orderId, 'exported');
    expect((await there(orderNumber)).length).toBeLessThanOrEqual(1);
  });

  it('fails at once when it is refused, alerts, and can be retried', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 400, body: { error: 'bad', message: 'no' } } });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'export_failed');
    expect(await creates(orderNumber)).toBe(1);
    await expect
      .poll(() => world.portal.effects.list({ kind: 'alert', subject: orderId, limit: 9 }), { timeout: 10_000 })
      .toHaveLength(1);
    await world.portal.useCases.retryExport({ orderId, reason: 'fixed' }, context());
    await reaches(orderId, 'exported');
    expect(await there(orderNumber)).toHaveLength(1);
  });

  it('whose stock has gone to others meanwhile never goes out, is cancelled, and its money goes back', async () => {
    const { orderId, orderNumber } = await world.paidOrder('SOLD-OUT');
    await reaches(orderId, 'cancelled');
    expect(await world.order(orderId)).toMatchObject({
      cancelReason: 'out of stock',
      refundStatus: 'requested',
      exportAttempts: 0,
    });
    expect(await creates(orderNumber)).toBe(0);
  });

  it('keeps its attempts while the credentials are held back', async () => {
    await world.fault(
      { match: post, times: 1, fault: { revokeTokens: true } },
      { match: { method: 'POST', path: '/oauth/token' }, times: 1, fault: { status: 401 } },
    );
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    expect((await world.portal.effects.get(`export:${orderId}`))?.attempts).toBe(1);
  });

  it('that failed goes out when an operator opens its effect again', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 400 } });
    const { orderId } = await world.paidOrder(sku);
    const key = `export:${orderId}`;
    await expect.poll(async () => (await world.portal.effects.get(key))?.status, { timeout: 10_000 }).toBe('failed');
    const retried = createInterventions(world.portal).retryEffect({ key, reason: 'address mended' }, context());
    expect(await retried).toMatchObject({ outcome: 'done', effect: { status: 'open' } });
    await reaches(orderId, 'exported');
  });

  it('that goes out before the operator’s process comes to open its effect has been retried all the same', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 400 } });
    const { orderId } = await world.paidOrder(sku);
    const key = `export:${orderId}`;
    const { effects } = world.portal;
    const becomes = (status: string) =>
      expect.poll(async () => (await effects.get(key))?.status, { timeout: 10_000 }).toBe(status);
    await becomes('failed');
    const slow: EffectStore = {
      ...effects,
      async retry() {
        await becomes('done');
        return effects.retry(key);
      },
    };
    const interventions = createInterventions({ ...world.portal, effects: slow });
    const retried = await interventions.retryEffect({ key, reason: 'address mended' }, context());
    expect(retried).toMatchObject({ outcome: 'done', effect: { status: 'done' } });
  });

  it('that fails is told to the operators by its name, each of them', async () => {
    await world.fault({ match: post, fault: { status: 400 } });
    const failing = [await world.paidOrder(sku), await world.paidOrder(sku)];
    for (const { orderId } of failing) {
      await reaches(orderId, 'export_failed');
      const told = () => mail.mails.filter(({ parsed }) => parsed.subject?.includes(orderId));
      await expect.poll(told, { timeout: 30_000, interval: 25 }).toHaveLength(1);
    }
  });

  it('whose confirmation is refused for good is not mailed again and again', async () => {
    const nobody = 'nobody@example.com';
    mail.refusals.push({ code: 550, text: 'no such user', to: nobody });
    const { orderId } = await world.paidOrder(sku, { email: nobody });
    const failed = async () => (await world.portal.effects.get(`notify:${orderId}:order-confirmation`))?.status;
    await expect.poll(failed, { timeout: 30_000, interval: 25 }).toBe('failed');
    expect((await world.portal.effects.get(`notify:${orderId}:order-confirmation`))?.attempts).toBe(1);
    // Its export would take the next test's fault.
    await reaches(orderId, 'exported');
  });

  it('fails after five attempts', async () => {
    await world.fault({ match: post, fault: { status: 503 } });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'export_failed');
    expect(await creates(orderNumber)).toBe(5);
  });
});

describe('an order of which the warehouse’s list says nothing sure', () => {
  const doubt = {
    match: { method: 'GET', path: '/api/v1/orders' },
    fault: { status: 200, body: { data: [], total: 3 } },
  };
  const failed = async (fault: object) => {
    await world.fault({ match: post, times: 1, fault }, doubt);
    const order = await world.paidOrder(sku);
    await reaches(order.orderId, 'export_failed');
    expect((await world.portal.effects.get(`export:${order.orderId}`))?.lastError).toContain(
      'counts 3 orders but sent 0',
    );
    return order;
  };
  const say = (orderId: OrderId, id: string | null) => {
    const extensivOrderId = id === null ? null : asExtensivOrderId(id);
    return stateExport(world.portal, { orderId, extensivOrderId, reason: 'Ann looked' }, context());
  };

  it('is sent again on an operator’s word that it is not there', async () => {
    const { orderId, orderNumber } = await failed({ status: 503 });
    expect(await say(orderId, null)).toEqual({ refusal: null });
    await reaches(orderId, 'exported');
    expect(await there(orderNumber)).toHaveLength(1);
    expect(await creates(orderNumber)).toBe(2);
  });

  it('is adopted on an operator’s word that it is there, unless the warehouse itself says otherwise', async () => {
    const other = await world.paidOrder(sku);
    await reaches(other.orderId, 'exported');
    const otherId = (await world.order(other.orderId)).extensivOrderId;
    const { orderId, orderNumber } = await failed({ acceptThenDrop: true });
    await world.control('DELETE', '/faults');
    const [order] = await there(orderNumber);
    expect(await say(orderId, null)).toEqual({ refusal: `the warehouse lists it as ${order!.id}` });
    expect(await say(orderId, otherId)).toEqual({ refusal: `the warehouse has ${other.orderNumber} under this id` });
    expect(await say(orderId, 'EXT-0')).toEqual({ refusal: 'the warehouse does not know EXT-0' });
    expect(await status(orderId)).toBe('export_failed');

    expect(await say(orderId, order!.id)).toEqual({ refusal: null });
    expect(await world.order(orderId)).toMatchObject({ status: 'exported', extensivOrderId: order!.id });
    await expect.poll(async () => (await world.portal.effects.get(`export:${orderId}`))?.status).toBe('done');
    expect(await creates(orderNumber)).toBe(1);
  });

  it('and is cancelled here is cancelled there on that word, and no failed effect is left', async () => {
    const { orderId, orderNumber } = await failed({ acceptThenDrop: true });
    await cancel(orderId);
    const key = `wms-cancel:${orderId}`;
    const effect = () => world.portal.effects.get(key);
    await expect.poll(async () => (await effect())?.lastError, { timeout: 10_000 }).toContain('counts 3 orders');
    // As after its last attempt.
    await world.portal.effects.failed({ key, generation: 0 }, 'counts 3 orders but sent 0');
    await world.control('DELETE', '/faults');
    const [order] = await there(orderNumber);
    expect(await say(orderId, order!.id)).toEqual({ refusal: null });
    await expect.poll(async () => (await effect())?.status, { timeout: 10_000 }).toBe('done');
    expect((await there(orderNumber)).map(({ status: own }) => own)).toEqual(['cancelled']);
  });

  const reservation = async (orderId: OrderId) => {
    const { state } = await world.portal.handler.load(inventory, sku);
    return reservationOf(state?.reservations ?? {}, orderId);
  };

  it('and is cancelled here gives its stock back all the same where the warehouse had refused it', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 400 } }, doubt);
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'export_failed');
    expect(await reservation(orderId)).not.toBeNull();
    await cancel(orderId);
    await expect.poll(() => reservation(orderId), { timeout: 10_000 }).toBeNull();
  });

  it('and is cancelled here keeps its stock until that word says that it is not there', async () => {
    const { orderId } = await failed({ status: 503 });
    const keys = [`release:${orderId}`, `wms-cancel:${orderId}`];
    const each = (fact: 'lastError' | 'status') =>
      Promise.all(keys.map(async (key) => (await world.portal.effects.get(key))?.[fact]));
    await cancel(orderId);
    const doubted = expect.stringContaining('counts 3 orders');
    await expect.poll(() => each('lastError'), { timeout: 10_000 }).toEqual([doubted, doubted]);
    // As after their last attempts.
    for (const key of keys) await world.portal.effects.failed({ key, generation: 0 }, 'counts 3 orders but sent 0');
    expect(await reservation(orderId)).not.toBeNull();
    expect(await say(orderId, null)).toEqual({ refusal: null });
    await expect.poll(() => each('status'), { timeout: 10_000 }).toEqual(['done', 'done']);
    expect(await reservation(orderId)).toBeNull();
  });
});

describe('a cancelled order', () => {
  it.each([
    ['refuses for good', 400],
    ['does not find, while it still has the order,', 404],
  ])('whose cancellation the warehouse %s is told of at once, and is asked for no more', async (_, refusal) => {
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    await world.fault({
      match: { method: 'PATCH', path: '/api/v1/orders/' },
      fault: { status: refusal, body: { error: 'no' } },
    });
    await cancel(orderId);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 20_000 }).toBe('refused');
    const { extensivOrderId } = await world.order(orderId);
    expect(await world.requests(`?method=PATCH&path=/api/v1/orders/${extensivOrderId}`)).toHaveLength(1);
  });

  it('that only a gateway says the warehouse does not have is not taken for cancelled there', async () => {
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    const notFound = { status: 404, body: '<html><title>404 Not Found</title></html>' };
    await world.fault({ match: { path: '/api/v1/orders/' }, fault: notFound });
    await cancel(orderId);
    await expect.poll(async () => (await world.requests('?path=/api/v1/orders/')).length).toBeGreaterThan(0);
    await world.control('DELETE', '/faults');
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 20_000 }).toBe('confirmed');
    expect((await there(orderNumber)).map(({ status: own }) => own)).toEqual(['cancelled']);
  });

  const patches = async (extensivOrderId: string | null) =>
    (await world.requests(`?method=PATCH&path=/api/v1/orders/${extensivOrderId}`)).length;

  it('that the warehouse cancels a moment after it took the cancellation is followed until then, and asked for once', async () => {
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    const { extensivOrderId } = await world.order(orderId);
    const path = `/api/v1/orders/${extensivOrderId}`;
    await world.fault({ match: { method: 'PATCH', path }, fault: { status: 204, body: '' } });
    await cancel(orderId);
    const looks = async () => (await world.requests(`?method=GET&path=${path}`)).length;
    await expect.poll(looks, { timeout: 10_000 }).toBeGreaterThan(1);
    await world.control('POST', `/orders/${extensivOrderId}/cancel`);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 10_000 }).toBe('confirmed');
    expect(await patches(extensivOrderId)).toBe(1);
  });

  it('that the warehouse keeps, whatever its success said, is told of after a while, and asked for once', async () => {
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    const { extensivOrderId } = await world.order(orderId);
    const match = { method: 'PATCH', path: '/api/v1/orders/' };
    await world.fault({ match, fault: { status: 200, body: { error: 'no' } } });
    await cancel(orderId);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 20_000 }).toBe('refused');
    expect(await patches(extensivOrderId)).toBe(1);
  });

  it('whose id the warehouse has for another number cancels nothing there, and is told to the operators', async () => {
    const other = await world.paidOrder(sku);
    await reaches(other.orderId, 'exported');
    const { extensivOrderId } = await world.order(other.orderId);
    await world.fault({ match: post, times: 1, fault: { status: 201, body: { id: extensivOrderId } } });
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    await cancel(orderId);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 20_000 }).toBe('refused');
    expect((await there(other.orderNumber)).map(({ status: own }) => own)).toEqual(['received']);
    const reason = `the warehouse has ${other.orderNumber} under this id`;
    await expect
      .poll(() => world.portal.effects.list({ kind: 'alert', subject: orderId, limit: 9 }), { timeout: 10_000 })
      .toMatchObject([{ payload: { alertKind: 'wms-cancellation-refused', facts: { extensivOrderId, reason } } }]);
  });

  it('that the warehouse does not have any more needs no cancellation there', async () => {
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'exported');
    await world.control('DELETE', `/orders/${(await world.order(orderId)).extensivOrderId}`);
    await cancel(orderId);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 20_000 }).toBe('confirmed');
  });

  it('is not exported', async () => {
    await world.fault({ match: post, fault: { status: 503 } });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await expect.poll(() => creates(orderNumber)).toBeGreaterThan(0);
    await cancel(orderId);
    await world.control('DELETE', '/faults');
    await expect
      .poll(async () => (await world.portal.effects.get(`wms-cancel:${orderId}`))?.status, { timeout: 20_000 })
      .toBe('done');
    expect(await there(orderNumber)).toEqual([]);
    expect(await status(orderId)).toBe('cancelled');
  });

  it.each([
    ['the answer is on its way', { answerDelayMs: 250 }],
    ['the answer is lost', { acceptThenDrop: true }],
  ])('is cancelled in the warehouse when %s', async (_name, fault) => {
    await world.fault({ match: post, times: 1, fault });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await expect.poll(async () => (await there(orderNumber)).length, { interval: 5, timeout: 10_000 }).toBe(1);
    await cancel(orderId);
    await expect
      .poll(async () => (await there(orderNumber)).map(({ status: own }) => own), { timeout: 30_000 })
      .toEqual(['cancelled']);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 10_000 }).toBe('confirmed');
  });

  it('is found and cancelled in the warehouse when that creates it long after our time-out', async () => {
    await world.fault({ match: post, times: 1, fault: { workDelayMs: 3_000 } });
    const { orderId, orderNumber } = await world.paidOrder(sku);
    await expect.poll(async () => (await world.order(orderId)).exportAttempts, { interval: 5 }).toBe(1);
    await cancel(orderId);
    await expect
      .poll(async () => (await there(orderNumber)).map(({ status: own }) => own), { timeout: 30_000 })
      .toEqual(['cancelled']);
    await expect.poll(async () => (await world.order(orderId)).wmsCancellation, { timeout: 10_000 }).toBe('confirmed');
    expect(await creates(orderNumber)).toBe(1);
  });
});

/** Program of a process of its own: ends the connections that hold locks, and itself once they have ended. */
const endLocks = `
  import pg from 'pg';
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query(\`select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where application_name = 'portal locks' and datname = current_database()\`);
  await client.end();
`;

describe('the lock', () => {
  it('that is lost on the way spoils neither the work nor the next one', async () => {
    const { locks, pools } = world.portal;
    const work = () =>
      locks.exclusively('shaky', async () => {
        await pools.workers.raw(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'portal locks' and datname = current_database()",
        );
        return 'done';
      });
    expect([await work(), await work()]).toEqual(['done', 'done']);
  });

  it('is taken on another connection when those in the pool have ended unnoticed', async () => {
    const { locks } = world.portal;
    let held = 0;
    const hold = async (_: unknown, place: number) =>
      locks.exclusively(`idle ${place}`, async () => {
        held += 1;
        await expect.poll(() => held).toBe(8);
      });
    await Promise.all(Array.from({ length: 8 }, hold));

    // This process is busy with something else while its connections end.
    execFileSync(process.execPath, ['--input-type=module', '--eval', endLocks], {
      env: { ...process.env, DATABASE_URL: world.databaseUrl },
    });
    expect(await locks.exclusively('shaky', async () => 'done')).toBe('done');
  });
});

describe('the job', () => {
  it('has the attempts and pauses of the guide', async () => {
    await world.fault({ match: post, times: 1, fault: { status: 400 } });
    const { orderId } = await world.paidOrder(sku);
    await reaches(orderId, 'export_failed');
    const queue = world.portal.queues.queues.find(({ name }) => name === 'order-processing');
    await expect
      .poll(async () => (await queue!.getFailed()).find(({ data }) => data.key === `export:${orderId}`)?.opts)
      .toMatchObject({
        attempts: 5,
        backoff: { type: 'exponential', delay: 50 },
        removeOnComplete: expect.anything(),
        removeOnFail: expect.anything(),
      });
  });
});
