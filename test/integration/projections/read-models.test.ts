import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Position } from '../../../src/commands/event-store.js';
import { asBrandId, asOrderId } from '../../../src/domain/shared/ids.js';
import { formatDecimal } from '../../../src/domain/shared/money.js';
import { payoutCsv } from '../../../src/http/routes/payout-csv.js';
import { InvalidCursor } from '../../../src/projections/queries/cursor.js';
import { findLot } from '../../../src/projections/queries/lots.js';
import type { PayoutEntry } from '../../../src/projections/views.js';
import { clockAheadBy } from '../../support/clock.js';
import { collect } from '../../support/collect.js';
import {
  cancel,
  history,
  line,
  minute,
  orderAfter,
  placeOrder,
  refund,
  toDelivered,
  toPaid,
  toShipped,
} from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { listed } from './support/workload.js';
import { createWorld, startServers, type World } from './support/world.js';
import { writtenMeanwhile } from './support/written-meanwhile.js';

describe('read models', () => {
  let stack: TestStack;
  let world: World;
  let projector: ReturnType<World['projections']['startReadModels']>;

  beforeAll(async () => {
    stack = await startServers();
    world = await createWorld(stack);
    projector = world.projections.startReadModels();
  });
  afterAll(async () => {
    await projector?.stop();
    await world?.close();
    await stack?.stop();
  });

  it('shows an order once its position has been waited for', async () => {
    const id = randomUUID();
    const position = await world.append(`order-${id}`, ...history(...toDelivered));
    expect(await world.projections.queries.waitFor(position, 10_000)).toBe(true);

    const order = await world.projections.queries.order(id);
    expect(order).toMatchObject({
      status: 'delivered',
      refundStatus: 'none',
      total: 10_000,
      extensivOrderId: 'EX-1',
      trackingNumber: '1Z999',
      revision: history(...toDelivered).length - 1,
      payouts: { brandTotal: 7_000, platformTotal: 3_000 },
    });
    await until('the projector is live', () => projector.health().state === 'live');
    expect(projector.health()).toMatchObject({ lagEvents: 0 });
  });

  it('has nothing to wait for when the last event is of a stream that no read model follows', async () => {
    await world.append(`order-${randomUUID()}`, ...history(...toPaid));
    const data = { key: 'export:x', reason: 'test', retriedAt: '2026-03-01T09:00:00.000Z' };
    const position = await world.append(`operations-${randomUUID()}`, { type: 'EffectRetried', data });
    expect(await world.projections.queries.waitFor(position, 5_000)).toBe(true);
  });

  it('answers within the time-out although the clock is put back meanwhile', async () => {
    const head = (await world.eventStore.head())!;
    const clock = clockAheadBy(60 * 60 * 1_000);
    try {
      const waiting = world.projections.queries.waitFor({ commit: head.commit * 1_000n, prepare: 0n }, 300);
      clock.putAheadBy(0);
      const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'still waiting'));
      expect(await Promise.race([waiting, late])).toBe(false);
    } finally {
      clock.restore();
    }
  });

  it('answers within the time-out when a position is not reached', async () => {
    const head = (await world.eventStore.head())!;
    expect(await world.projections.queries.waitFor({ commit: head.commit * 1_000n, prepare: 0n }, 1_200)).toBe(false);
  });

  it('does not wait for what only an operator can bring about', async () => {
    const head = (await world.eventStore.head())!;
    const rewound = (since: string) =>
      world.db.raw(`update portal.projection_checkpoints set rewound_since = ${since}`);
    await rewound('now()');
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'still waiting'));
    expect(await Promise.race([world.projections.queries.waitFor(head, 20_000), late])).toBe(false);
    await rewound('null');
    expect(await world.projections.queries.waitFor(head, 20_000)).toBe(true);
  });

  it('parks an order that cannot be stored, lets the operator skip the event, and leaves it out of rebuilds', async () => {
    const { queries } = world.projections;
    const id = randomUUID();
    const [placed, ...rest] = history(...toPaid);
    const before = (await world.eventStore.head())!;
    // PostgreSQL takes no NUL in text.
    const customer = { name: 'A\0B', email: 'a@example.com', phone: '', companyName: '' };
    await world.append(
      `order-${id}`,
      { type: 'OrderPlaced', data: { ...(placed!.data as object), customer } },
      ...rest,
    );
    const other = randomUUID();
    const position = await world.append(`order-${other}`, ...history(...toPaid));
    expect(await queries.waitFor(position, 10_000)).toBe(true);
    expect(await queries.order(other)).toMatchObject({ status: 'paid' });
    expect(await world.projections.parked()).toMatchObject([{ projection: 'orders', stream: `order-${id}` }]);

    expect(await queries.reach(position, 1_000), 'it may lack what was written').toBe('parked');
    expect(await queries.reach(before, 1_000), 'all that was written by then is there').toBe('all');

    expect(await world.projections.retryParked('orders', `order-${id}`)).toMatchObject({ outcome: 'parked' });
    const skipped = await world.projections.skipParked('orders', `order-${id}`, 'a test order');
    expect(skipped).toEqual({ outcome: 'applied', events: rest.length });
    expect(await world.projections.parked()).toEqual([]);
    expect(await queries.reach(position, 1_000)).toBe('all');
    expect((await world.projections.rebuild('orders')).comparison?.differing).toBe(0);
    expect(await world.projections.parked()).toEqual([]);
  });

  it('parks an order that cannot be shown, and shows the others', async () => {
    const { queries } = world.projections;
    const [id, other] = [randomUUID(), randomUUID()];
    const [placed] = history(...toPaid);
    const { lineItems: _, ...data } = placed!.data as Record<string, unknown>;
    await world.append(`order-${id}`, { type: 'OrderPlaced', data });
    const position = await world.append(`order-${other}`, ...history(...toPaid));
    expect(await queries.waitFor(position, 10_000)).toBe(true);
    expect(await queries.order(other)).toMatchObject({ status: 'paid' });
    expect((await queries.orders({ limit: 50 })).items).not.toEqual([]);
    expect(await world.projections.parked()).toContainEqual(
      expect.objectContaining({ projection: 'orders', stream: `order-${id}` }),
    );
    for (const { projection, stream } of await world.projections.parked()) {
      await world.projections.skipParked(projection, stream, 'a test order');
    }
  });

  it('keeps the payout ledger', async () => {
    const position = await world.append(`order-${randomUUID()}`, ...history(...toPaid));
    await world.projections.queries.waitFor(position, 10_000);
    const statement = await world.projections.queries.payouts({});
    expect(statement.items.length).toBeGreaterThanOrEqual(2);
    const [total] = statement.totals;
    expect(total!.gross).toBe(total!.brandShare + total!.platformShare);
  });

  it('adds up to the cent, per brand and period, whatever was sold, refunded and bounced', async () => {
    const { queries } = world.projections;
    const lives = fc.sample(
      fc.record({
        prices: fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 4 }),
        back: fc.array(fc.tuple(fc.double({ min: 0.01, max: 0.6, noNaN: true }), fc.boolean()), { maxLength: 3 }),
      }),
      { numRuns: 25, seed: 7 },
    );
    let kept = 0;
    let position: Position | undefined;
    for (const [index, { prices, back }] of lives.entries()) {
      const lineItems = prices.map((price, at) => line(`P-${at}`, `sums-${at % 3}`, 1, price));
      const amount = prices.reduce((sum, price) => sum + price, 0);
      const refunds = back.flatMap(([share, bounces], at) => {
        const part = Math.floor(share * amount);
        const made = { ...refund(`re_${at}`, part), at: minute(20 + at) };
        return bounces ? [made, { ...refund(`re_${at}`, part, 'failed'), at: minute(40 + at) }] : [made];
      });
      const orderId = asOrderId(`sums-${index}`);
      const paid = { ...toPaid[1], amount } as (typeof toPaid)[number];
      const commands = [{ ...placeOrder, orderId, orderNumber: `VL-${orderId}`, lineItems }, paid, ...refunds];
      position = await world.append(`order-${orderId}`, ...history(...commands));
      const order = orderAfter(commands);
      kept += order.total - order.refundedTotal;
    }
    expect(position && (await queries.waitFor(position, 20_000))).toBe(true);

    const all = { gross: 0, brandShare: 0, platformShare: 0 };
    for (const brandId of ['sums-0', 'sums-1', 'sums-2']) {
      const whole = await queries.payouts({ brandId: asBrandId(brandId) });
      const parts = await Promise.all([
        queries.payouts({ brandId: asBrandId(brandId), to: minute(30) }),
        queries.payouts({ brandId: asBrandId(brandId), from: minute(30) }),
      ]);
      const [total] = whole.totals;
      expect(whole.complete).toBe(true);
      expect(sumOf(whole.items)).toMatchObject({ ...total, currency: 'USD' });
      expect(sumOf(parts.flatMap(({ items }) => items))).toEqual(sumOf(whole.items));
      const lines = await collect(payoutCsv(queries.payoutEntries({ brandId: asBrandId(brandId) })));
      expect(lines).toHaveLength(whole.items.length + 2);
      expect(lines.at(-1)).toContain(
        `total,${formatDecimal(total!.gross, 'USD')},${formatDecimal(total!.brandShare, 'USD')}`,
      );
      for (const part of ['gross', 'brandShare', 'platformShare'] as const) all[part] += total![part];
    }
    expect(all.gross).toBe(kept);
    expect(all.brandShare + all.platformShare).toBe(kept);
  });

  it('sends payouts of one moment to slow readers without keeping connections from others', async () => {
    const { queries } = world.projections;
    const addEntries = (from: number, to: number, position: number, at = '2026-02-02') =>
      world.db.raw(
        `insert into "read".payouts (order_id, revision, brand_id, brand, kind, gross, brand_share, platform_share,
           currency, at, position)
         select 'slow', n / 2, 'slow-' || n % 2, 'Slow', 'allocation', 10, 7, 3, 'USD', :at, :position
         from generate_series(:from::int, :to::int) as n`,
        { from, to, position, at },
      );
    const rows = 5_001;
    await addEntries(2, 1 + rows, 2);
    // Each in the middle of the ledger, of which more than a page is left: the next one begins within an event.
    const readers = Array.from({ length: 20 }, () => queries.payoutEntries({ to: '2026-02-03' }));
    const cursors = readers.map((reader) => reader[Symbol.asyncIterator]());
    for (const cursor of cursors) expect((await cursor.next()).done).toBe(false);
    const statement = await queries.payouts({ to: '2026-02-03' });
    expect(statement).toMatchObject({ complete: false, totals: [{ gross: 10 * rows, brandShare: 7 * rows }] });

    // Of a later event, though it would be the last line.
    await addEntries(0, 0, 3, '2026-02-01');
    let read = 1;
    while ((await cursors[0]!.next()).done !== true) read += 1;
    expect(read).toBe(rows);
    await world.db.raw(`delete from "read".payouts where order_id = 'slow'`);
  });

  describe('traces a lot', () => {
    const certified = (sku: string, batchNumber: string, quantity: number) => ({
      ...line(sku, 'vital-hemp', quantity, 2_500),
      batchNumber,
      coaLink: `https://coa.example.com/${batchNumber}.pdf`,
    });
    const sold = async (id: string, lineItems: readonly ReturnType<typeof certified>[], ...more: typeof toPaid) => {
      const placed = { ...placeOrder, orderId: asOrderId(id), orderNumber: `VL-${id}`, lineItems };
      return world.append(`order-${id}`, ...history(placed, ...more));
    };

    it('to its products, orders and customers, a page at a time, in whatever case it is typed', async () => {
      const { queries } = world.projections;
      const item: Record<string, unknown> = { ...(listed('LOT-SKU', 10).data as object), batchNumber: 'Recall-7' };
      const { name, brandId, brand, description, thc, batchNumber, syncId } = item;
      const coaLink = 'https://coa.example.com/7';
      const details = { name, brandId, brand, description, thc, batchNumber, coaLink, syncId, snapshotAt: minute(5) };
      await world.append(
        'inventory-LOT-SKU',
        { type: 'ProductListed', data: { ...item, name: 'Misspelt' } },
        { type: 'ProductDetailsChanged', data: details },
      );
      const delivery = toDelivered.filter(({ type }) => type !== 'PlaceOrder' && type !== 'RecordPayment');
      await sold('lot-a', [certified('LOT-SKU', 'Recall-7', 3), certified('OTHER', 'Fine-1', 1)]);
      await sold('lot-b', [certified('LOT-SKU', 'Recall-7', 4)], cancel());
      const pay = { ...toPaid[1], amount: 5_000 } as (typeof toPaid)[number];
      const position = await sold('lot-c', [certified('LOT-SKU', 'Recall-7', 2)], pay, ...delivery);
      expect(await queries.waitFor(position, 10_000)).toBe(true);

      const first = await queries.lot('RECALL-7', { limit: 2 });
      expect(first?.products).toEqual([
        expect.objectContaining({
          batchNumber: 'Recall-7',
          sku: 'LOT-SKU',
          name: 'Product LOT-SKU',
          coaLink,
          listedAt: minute(0),
          orders: 3,
          quantity: 9,
          shipped: 2,
          cancelled: 4,
        }),
      ]);
      expect(first?.orders).toMatchObject([
        {
          orderId: 'lot-a',
          orderNumber: 'VL-lot-a',
          status: 'awaiting_payment',
          quantity: 3,
          coaLink: 'https://coa.example.com/Recall-7.pdf',
          customer: { name: 'Ada Byron', email: 'ada@example.com', phone: '555-0100', companyName: 'Engines Ltd' },
        },
        { orderId: 'lot-b', status: 'cancelled', quantity: 4 },
      ]);
      const rest = await queries.lot('Recall-7', { limit: 2, cursor: first?.nextCursor ?? '' });
      expect(rest).toMatchObject({
        orders: [{ orderId: 'lot-c', status: 'delivered', quantity: 2 }],
        nextCursor: null,
      });
    });

    it('that no catalogue ever named, line by line, also to an order that cannot be shown', async () => {
      const { queries } = world.projections;
      const lines = [certified('UNLISTED-1', 'Lost-1', 1), certified('UNLISTED-2', 'Lost-1', 2)];
      const pay = { ...toPaid[1], amount: 7_500 } as (typeof toPaid)[number];
      await sold('lot-s', lines, pay, ...toShipped.slice(2));
      await sold('lot-x', lines, { type: 'ExpireOrder', at: minute(31) });
      expect(await queries.waitFor(await sold('lot-y', lines), 10_000)).toBe(true);
      await world.db.raw(`delete from "read".orders where order_id = 'lot-y'`);

      const first = await queries.lot('lost-1', { limit: 5 });
      expect(first?.products).toMatchObject([
        { sku: 'UNLISTED-1', name: 'Product UNLISTED-1', listedAt: null, quantity: 3, shipped: 1, cancelled: 1 },
        { sku: 'UNLISTED-2', brandId: 'vital-hemp', listedAt: null, quantity: 6, shipped: 2, cancelled: 2 },
      ]);
      const cursor = first?.nextCursor ?? '';
      expect((await queries.lot('Lost-1', { limit: 5, cursor }))?.orders).toMatchObject([
        { orderId: 'lot-y', sku: 'UNLISTED-2', orderNumber: null, status: null, customer: null },
      ]);
      await expect(queries.lot('Recall-7', { limit: 5, cursor })).rejects.toThrow(InvalidCursor);
    });

    it('as of one moment: its products count the very orders that are listed', async () => {
      const position = await sold('lot-m', [certified('MOMENT', 'Moment-1', 3)]);
      expect(await world.projections.queries.waitFor(position, 10_000)).toBe(true);
      const state = world.db.raw(`jsonb_set(state, '{order,status}', '"cancelled"')`);
      const cancelled = { status: 'cancelled', state };
      const cancelling = () => world.db('read.orders').where({ order_id: 'lot-m' }).update(cancelled);
      const lot = await findLot(writtenMeanwhile(world.db, cancelling), 'Moment-1', { limit: 5 });
      expect(lot).toMatchObject({ products: [{ cancelled: 0 }], orders: [{ status: 'awaiting_payment' }] });
    });

    it('that nobody has bought, and keeps the one an order was sold under when the catalogue moves on', async () => {
      const { queries } = world.projections;
      const sku = 'MOVED';
      const item = listed(sku, 5).data as Record<string, unknown>;
      const old = { ...item, batchNumber: 'Old-1', coaLink: null };
      const { name, brandId, brand, description, thc, coaLink, syncId, snapshotAt } = item;
      const details = { name, brandId, brand, description, thc, coaLink, syncId, snapshotAt, batchNumber: 'New-1' };
      await world.append(`inventory-${sku}`, { type: 'ProductListed', data: old });
      await sold('lot-d', [certified(sku, 'Old-1', 1)]);
      const position = await world.append(`inventory-${sku}`, { type: 'ProductDetailsChanged', data: details });
      expect(await queries.waitFor(position, 10_000)).toBe(true);
      expect(await queries.lot('Old-1', { limit: 10 })).toMatchObject({ orders: [{ orderId: 'lot-d', sku }] });
      expect(await queries.lot('New-1', { limit: 10 })).toMatchObject({
        products: [{ sku, orders: 0, quantity: 0 }],
        orders: [],
      });
      expect(await queries.lot('Never-1', { limit: 10 })).toBeNull();
    });
  });
});

function sumOf(entries: readonly PayoutEntry[]) {
  const sum = (part: 'gross' | 'brandShare' | 'platformShare') =>
    entries.reduce((total, entry) => total + entry[part], 0);
  return { currency: 'USD', gross: sum('gross'), brandShare: sum('brandShare'), platformShare: sum('platformShare') };
}
