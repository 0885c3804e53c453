import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keepReportsIn } from '../../../src/adapters/files/reconcile-reports.js';
import { orders } from '../../../src/commands/aggregates.js';
import { formatOrderNumber, orderNumberSeedBytes } from '../../../src/domain/order/order-number.js';
import {
  asExtensivOrderId,
  asOrderId,
  asSku,
  type ExtensivOrderId,
  type OrderId,
} from '../../../src/domain/shared/ids.js';
import { EffectPostponed } from '../../../src/processes/effects/effect.js';
import { closeWmsCancellation } from '../../../src/processes/reconcile/by-hand.js';
import { createDailyReconciliation, requestNextReconciliation } from '../../../src/processes/reconcile/daily.js';
import { type Finding, finding } from '../../../src/processes/reconcile/finding.js';
import { createReconcile } from '../../../src/processes/reconcile/reconcile.js';
import { type ReconcileReport, readableReport } from '../../../src/processes/reconcile/report.js';
import { until } from '../../support/until.js';
import { context, startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';

let world: WarehouseWorld;
let skus: string[];
/** A look from so far ahead that nothing counts as still on its way. */
const tomorrow = { now: () => new Date(Date.now() + 72 * 3_600_000) };

beforeAll(async () => {
  world = await startWarehouseWorld();
  await world.sync();
  skus = [...(await world.portal.projections.snapshotIndex()).keys()].sort();
});
afterAll(() => world.close());

async function compare(): Promise<ReconcileReport> {
  await world.shown();
  return createReconcile({ ...world.portal, clock: tomorrow }).compare();
}

async function exported(): Promise<{ orderId: OrderId; extensivOrderId: ExtensivOrderId }> {
  const { orderId, orderNumber } = await world.paidOrder(skus[0]!);
  const extensivOrderId = await createThere(orderId, orderNumber);
  const at = new Date().toISOString();
  await world.portal.handler.handle(orders, orderId, { type: 'AttemptExport', at }, context());
  await world.portal.handler.handle(
    orders,
    orderId,
    { type: 'ConfirmExport', extensivOrderId, adopted: false, at },
    context(),
  );
  return { orderId, extensivOrderId };
}

async function createThere(orderId: OrderId, orderNumber: string): Promise<ExtensivOrderId> {
  const { customer, shippingAddress, lineItems, placedAt, total, currency } = await world.order(orderId);
  const created = await world.portal.warehouse.createOrder({
    orderId,
    orderNumber,
    orderDate: placedAt,
    customer,
    shippingAddress,
    lineItems: lineItems.map(({ sku, quantity, unitPrice, name }) => ({ sku, quantity, unitPrice, description: name })),
    deliveryMethod: 'delivery',
    deliveryZone: null,
    total,
    currency,
    paymentStatus: 'paid',
  });
  return created.extensivOrderId;
}

const about = (report: ReconcileReport, orderId: OrderId) =>
  report.findings.filter((found) => found.orderId === orderId);
const names = (findings: readonly Finding[]) => findings.map((found) => [found.class, found.repair]);

describe('orders', () => {
  it('gone from the warehouse are recorded as a conflict', async () => {
    const { orderId, extensivOrderId } = await exported();
    await world.control('DELETE', `/orders/${extensivOrderId}`);
    const report = await compare();
    expect(names(about(report, orderId))).toContainEqual(['missing-there', 'record-missing']);
    await createReconcile(world.portal).repair(report, context(), 'missing-there');
    expect((await world.order(orderId)).statusConflicts).toEqual(['missing-in-wms:missing']);
  });

  it('gone from the warehouse when it had no more to do for them are no difference', async () => {
    const { handler } = world.portal;
    const at = new Date().toISOString();
    const delivered = await exported();
    const arrive = { type: 'ObserveWmsStatus', status: 'delivered', trackingNumber: null, carrier: null, at } as const;
    await handler.handle(orders, delivered.orderId, arrive, context());
    const cancelled = await exported();
    const { orderId, extensivOrderId } = cancelled;
    const cancel = { type: 'CancelOrder', reason: 'changed plans', initiator: 'buyer', at } as const;
    await handler.handle(orders, orderId, cancel, context());
    await handler.handle(orders, orderId, { type: 'ConfirmWmsCancellation', extensivOrderId, at }, context());
    for (const { extensivOrderId: id } of [delivered, cancelled]) await world.control('DELETE', `/orders/${id}`);
    const report = await compare();
    expect([about(report, delivered.orderId), about(report, orderId)]).toEqual([[], []]);
  });

  it('that only the warehouse knows to be exported are adopted', async () => {
    const { orderId, orderNumber } = await world.paidOrder(skus[1]!);
    const extensivOrderId = await createThere(orderId, orderNumber);
    const report = await compare();
    expect(names(about(report, orderId))).toEqual([['missing-here', 'adopt']]);
    const repaired = await createReconcile(world.portal).repair(report, context(), 'missing-here');
    expect(repaired).toMatchObject([{ done: true, outcome: `adopted ${extensivOrderId}` }]);
    expect(await world.order(orderId)).toMatchObject({ status: 'exported', extensivOrderId });
  });

  it('in another status there are brought up to date', async () => {
    const { orderId, extensivOrderId } = await exported();
    await world.control('POST', `/orders/${extensivOrderId}/advance`, { to: 'packed' });
    const report = await compare();
    expect(names(about(report, orderId))).toContainEqual(['status', 'observe']);
    await createReconcile(world.portal).repair(report, context(), 'status');
    expect((await world.order(orderId)).status).toBe('packed');
  });

  it('that move while the warehouse is asked of them once more are in no conflict with what it says', async () => {
    const { orderId, extensivOrderId } = await exported();
    const { portal } = world;
    await world.control('POST', `/orders/${extensivOrderId}/advance`, { to: 'packed' });
    const report = await compare();
    const slow = {
      ...portal.warehouse,
      async orderStatus(id: string) {
        const there = await portal.warehouse.orderStatus(asExtensivOrderId(id));
        const moved = { type: 'ObserveWmsStatus', status: 'shipped', trackingNumber: null, carrier: null } as const;
        const at = new Date().toISOString();
        await portal.handler.handle(orders, orderId, { ...moved, at }, context());
        return there;
      },
    };
    const findings = about(report, orderId);
    await createReconcile({ ...portal, warehouse: slow }).repair({ ...report, findings }, context(), 'status');
    expect(await world.order(orderId)).toMatchObject({ status: 'shipped', statusConflicts: [] });
  });

  it('that are stuck get their export again', async () => {
    const { orderId } = await world.paidOrder(skus[2]!);
    const report = await compare();
    expect(names(about(report, orderId))).toEqual([['stuck', 'export']]);
    const { repair } = createReconcile(world.portal);
    expect(await repair({ ...report, findings: about(report, orderId) }, context(), 'status')).toEqual([]);
    const { effects } = world.portal;
    const key = `export:${orderId}`;
    await repair(report, context(), 'stuck');
    expect(await effects.get(key)).toMatchObject({ status: 'open' });
    await effects.discard(key);
    await repair(report, context(), 'stuck');
    expect(await effects.get(key), 'given up before').toMatchObject({ status: 'open' });
  });

  it('that are open are compared however long ago they changed, as is all that the warehouse has touched since then', async () => {
    const { handler, warehouse } = world.portal;
    const stands: [string, string][] = [['paid', (await world.paidOrder(skus[4]!)).orderId]];
    for (const status of ['exported', 'picking', 'packed', 'shipped', 'delivered']) {
      const { orderId } = await exported();
      const at = new Date().toISOString();
      const seen = { type: 'ObserveWmsStatus', status, trackingNumber: null, carrier: null, at } as const;
      if (status !== 'exported') await handler.handle(orders, orderId, seen, context());
      stands.push([status, orderId]);
    }
    await world.shown();
    let asked = '';
    const watched: typeof warehouse = {
      ...warehouse,
      ordersUpdatedSince(from) {
        asked = from;
        return warehouse.ordersUpdatedSince(from);
      },
    };
    const later = { now: () => new Date(Date.now() + 40 * 24 * 3_600_000) };
    const report = await createReconcile({ ...world.portal, warehouse: watched, clock: later }).compare();
    const found = stands
      .filter(([, orderId]) => about(report, asOrderId(orderId)).length > 0)
      .map(([status]) => status);
    expect(found).toEqual(['paid', 'exported', 'picking', 'packed', 'shipped']);
    // The warehouse's clock may be behind.
    expect(Date.parse(report.since) - Date.parse(asked)).toBe(3_600_000);
  });

  it('whose export failed long ago are exported once more', async () => {
    const { orderId } = await world.paidOrder(skus[2]!);
    const at = new Date().toISOString();
    await world.portal.handler.handle(orders, orderId, { type: 'FailExport', reason: 'refused', at }, context());
    const report = await compare();
    expect(names(about(report, orderId))).toEqual([['stuck', 'retry-export']]);
    const findings = about(report, orderId);
    const repaired = await createReconcile(world.portal).repair({ ...report, findings }, context());
    expect(repaired).toMatchObject([{ done: true, outcome: 'export is tried again' }]);
    expect((await world.order(orderId)).status).toBe('paid');
  });

  it('cancelled here and not there yet are cancelled there', async () => {
    const { orderId } = await exported();
    const at = new Date().toISOString();
    const cancel = { type: 'CancelOrder', reason: 'changed plans', initiator: 'buyer', at } as const;
    await world.portal.handler.handle(orders, orderId, cancel, context());
    const report = await compare();
    const findings = about(report, orderId);
    expect(names(findings)).toEqual([
      ['status', 'cancel-there'],
      ['stuck', 'cancel-there'],
    ]);
    await createReconcile(world.portal).repair({ ...report, findings }, context());
    expect(await world.portal.effects.get(`wms-cancel:${orderId}`)).toMatchObject({ status: 'open' });
  });

  it('under a number of the portal’s kind that it has never given are for people', async () => {
    const { orderId } = await exported();
    const never = formatOrderNumber(new Uint8Array(orderNumberSeedBytes));
    await createThere(orderId, never);
    const { findings } = await compare();
    expect(names(findings.filter(({ orderNumber }) => orderNumber === never))).toEqual([['missing-here', null]]);
  });

  it('cancelled here only, and gone on there, are for people, and listed until somebody has dealt with them', async () => {
    const { orderId, extensivOrderId } = await exported();
    const { handler } = world.portal;
    const at = new Date().toISOString();
    const cancel = { type: 'CancelOrder', reason: 'changed plans', initiator: 'buyer', at } as const;
    await handler.handle(orders, orderId, cancel, context());
    const refuse = { type: 'RefuseWmsCancellation', reason: 'shipped', extensivOrderId, at } as const;
    await handler.handle(orders, orderId, refuse, context());
    await world.control('POST', `/orders/${extensivOrderId}/advance`, { to: 'shipped' });
    expect(names(about(await compare(), orderId))).toEqual([['status', null]]);
    const close = { orderId, reason: 'the parcel came back' };
    expect(await closeWmsCancellation(world.portal, close, context())).toEqual({ refusal: null });
    expect(about(await compare(), orderId)).toEqual([]);
  });

  it('whose id the warehouse has for another number are none that it knows', async () => {
    const { extensivOrderId } = await exported();
    const { orderId } = await world.paidOrder(skus[0]!);
    const at = new Date().toISOString();
    const { handler } = world.portal;
    await handler.handle(orders, orderId, { type: 'AttemptExport', at }, context());
    await handler.handle(orders, orderId, { type: 'ConfirmExport', extensivOrderId, adopted: true, at }, context());
    await world.control('POST', `/orders/${extensivOrderId}/cancel`);
    const report = await compare();
    expect(names(about(report, orderId))).toContainEqual(['missing-there', 'record-missing']);
    const repaired = await createReconcile(world.portal).repair(report, context(), 'missing-there');
    expect(repaired.find(({ finding: { orderId: of } }) => of === orderId)?.outcome).toBe('recorded as a conflict');
    expect((await world.order(orderId)).statusConflicts).toEqual(['missing-in-wms:missing']);
  });

  it('that have just changed are still on their way, and no difference', async () => {
    const { orderId, extensivOrderId } = await exported();
    await world.control('POST', `/orders/${extensivOrderId}/advance`, { to: 'picking' });
    await world.shown();
    expect(about(await createReconcile(world.portal).compare(), orderId)).toEqual([]);
  });

  it('that a clock two hours ahead has dated are not taken for fresh until then', async () => {
    const { orderId, extensivOrderId } = await exported();
    const stray = await world.paidOrder(skus[3]!);
    await createThere(stray.orderId, stray.orderNumber);
    await world.control('POST', `/orders/${extensivOrderId}/advance`, { to: 'picking' });
    await world.shown();
    const behind = { now: () => new Date(Date.now() - 2 * 3_600_000) };
    const report = await createReconcile({ ...world.portal, clock: behind }).compare();
    expect(names(about(report, orderId))).toContainEqual(['status', 'observe']);
    expect(names(about(report, stray.orderId))).toContainEqual(['missing-here', 'adopt']);
  });

  it('of other sellers are none of the portal’s', async () => {
    await world.control('POST', '/orders/seed', { count: 3 });
    const { findings } = await compare();
    expect(findings.filter(({ orderNumber }) => orderNumber?.startsWith('SEED'))).toEqual([]);
  });
});

describe('stock', () => {
  it('that differs is found per SKU, and a sync mends it', async () => {
    const [changed, gone] = [skus[5]!, skus[6]!];
    await world.control('PUT', `/inventory/${changed}`, { quantity: 100_000 });
    await world.control('DELETE', `/inventory/${gone}`);
    await world.control('PUT', '/inventory/NEW-1', { quantity: 1 });
    const bySku = async () => {
      const { findings } = await compare();
      return findings.flatMap((found) => (found.sku === null ? [] : [`${found.class} ${found.sku} ${found.repair}`]));
    };
    expect(await bySku()).toEqual(
      expect.arrayContaining([`quantity ${changed} sync`, `missing-there ${gone} sync`, 'missing-here NEW-1 sync']),
    );
    await world.sync();
    expect(await bySku()).toEqual([]);
  });
});

describe('an inventory that lacks some of what the warehouse counts', () => {
  it('proves nothing about SKUs it does not list, and the report says so', async () => {
    await world.sync();
    const { warehouse } = world.portal;
    const short: typeof warehouse = {
      ...warehouse,
      async *inventory(options) {
        for await (const page of warehouse.inventory(options)) {
          yield { ...page, received: page.received - 1, readings: () => page.readings().slice(1) };
        }
      },
    };
    await world.shown();
    const report = await createReconcile({ ...world.portal, warehouse: short, clock: tomorrow }).compare();
    expect(report.findings.filter(({ sku }) => sku !== null)).toEqual([]);
    expect(report.stockDoubt).toMatch(/^the warehouse counts \d+ items but sent \d+$/);
    expect(readableReport(report)).toContain(report.stockDoubt);
    expect(await compare()).toMatchObject({ stockDoubt: null });
  });
});

describe('a repair that is refused', () => {
  it('is told as not done, with the reason', async () => {
    const of = (repair: Finding['repair']) =>
      finding({
        class: 'stuck',
        orderId: asOrderId('no-such-order'),
        extensivOrderId: asExtensivOrderId('EX-0'),
        portal: '',
        warehouse: '',
        repair,
      });
    const report = { ...(await compare()), findings: [of('adopt'), of('retry-export')] };
    const refused = { done: false, outcome: expect.stringContaining('no such order') };
    expect(await createReconcile(world.portal).repair(report, context())).toMatchObject([refused, refused]);
  });
});

describe('a sync that fails', () => {
  it('repairs nothing, and is not tried again for each finding', async () => {
    const syncInventory = vi.fn(async () => ({ syncId: 's1', ended: 'failed' as const }));
    const useCases = { ...world.portal.useCases, syncInventory };
    const of = (sku: string) =>
      finding({ class: 'quantity', sku: asSku(sku), portal: '', warehouse: '', repair: 'sync' });
    const report = { ...(await compare()), findings: [of('A'), of('B')] };
    const repaired = await createReconcile({ ...world.portal, useCases }).repair(report, context());
    const failed = { done: false, outcome: 'sync s1 failed' };
    expect(repaired).toMatchObject([failed, failed]);
    expect(syncInventory).toHaveBeenCalledTimes(1);
  });
});

describe('the daily run', () => {
  it('is asked for once a day, at three', async () => {
    const clock = { now: () => new Date('2026-05-01T10:00:00.000Z') };
    await requestNextReconciliation({ ...world.portal, clock });
    await requestNextReconciliation({ ...world.portal, clock });
    const wanted = await world.portal.effects.list({ kind: 'reconcile', limit: 9 });
    expect(wanted.map(({ key, dueAt }) => [key, dueAt])).toEqual([
      ['reconcile:2026-05-02', '2026-05-02T03:00:00.000Z'],
    ]);
  });

  it('leaves its report as JSON and as text, and alerts', async () => {
    const reportDir = await mkdtemp(path.join(tmpdir(), 'reconcile-'));
    await world.shown();
    const daily = createDailyReconciliation({
      ...world.portal,
      reconcile: createReconcile({ ...world.portal, clock: tomorrow }),
      useCases: { ...world.portal.useCases, syncInventory: async () => ({ syncId: 'none' }) },
      keepReport: keepReportsIn(reportDir),
      signal: new AbortController().signal,
    });
    const effect = await world.portal.effects.get('reconcile:2026-05-02');
    await daily.perform(effect!, context());
    const report = JSON.parse(await readFile(path.join(reportDir, 'reconcile-2026-05-02.json'), 'utf8'));
    expect(report.findings.length).toBeGreaterThan(0);
    expect(await readFile(path.join(reportDir, 'reconcile-2026-05-02.txt'), 'utf8')).toContain('stuck');
    expect(await world.portal.effects.get('alert:reconcile:2026-05-02')).toMatchObject({
      status: 'open',
      payload: {
        alertKind: 'reconciliation',
        alertSubject: 'portal and warehouse differ: 2026-05-02',
        facts: report.counts,
      },
    });
    await rm(reportDir, { recursive: true });
  });

  it('that waits for its sync when the process stops is left to another one, and does not hold the stop', async () => {
    const stopping = new AbortController();
    const daily = createDailyReconciliation({
      ...world.portal,
      reconcile: createReconcile(world.portal),
      keepReport: async () => undefined,
      signal: stopping.signal,
    });
    const effect = await world.portal.effects.get('reconcile:2026-05-02');
    // Nobody works here, so the sync that is asked for does not end.
    const run = daily.perform(effect!, context());
    await until('the sync is asked for', async () => {
      return (await world.portal.effects.list({ kind: 'sync', status: 'open', limit: 1 })).length === 1;
    });
    stopping.abort();
    await expect(run).rejects.toBeInstanceOf(EffectPostponed);
  });
});
