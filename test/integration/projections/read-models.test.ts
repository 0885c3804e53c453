import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { history, toDelivered, toPaid } from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { createWorld, startServers, type World } from './support/world.js';

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
    expect(projector.health()).toMatchObject({ state: 'live', lagEvents: 0 });
  });

  it('has nothing to wait for when the last event is of a stream that no read model follows', async () => {
    await world.append(`order-${randomUUID()}`, ...history(...toPaid));
    const data = { key: 'export:x', reason: 'test', retriedAt: '2026-03-01T09:00:00.000Z' };
    const position = await world.append(`operations-${randomUUID()}`, { type: 'EffectRetried', data });
    expect(await world.projections.queries.waitFor(position, 5_000)).toBe(true);
  });

  it('answers within the time-out when a position is not reached', async () => {
    const head = (await world.eventStore.head())!;
    expect(await world.projections.queries.waitFor({ commit: head.commit * 1_000n, prepare: 0n }, 1_200)).toBe(false);
  });

  it('parks an order that cannot be stored, lets the operator skip the event, and leaves it out of rebuilds', async () => {
    const { queries } = world.projections;
    const id = randomUUID();
    const [placed, ...rest] = history(...toPaid);
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

    expect(await world.projections.retryParked('orders', `order-${id}`)).toMatchObject({ outcome: 'parked' });
    const skipped = await world.projections.skipParked('orders', `order-${id}`, 'a test order');
    expect(skipped).toEqual({ outcome: 'applied', events: rest.length });
    expect(await world.projections.parked()).toEqual([]);
    expect((await world.projections.rebuild('orders')).comparison?.differing).toBe(0);
    expect(await world.projections.parked()).toEqual([]);
  });

  it('keeps the payout ledger', async () => {
    const position = await world.append(`order-${randomUUID()}`, ...history(...toPaid));
    await world.projections.queries.waitFor(position, 10_000);
    const statement = await world.projections.queries.payouts({});
    expect(statement.items.length).toBeGreaterThanOrEqual(2);
    const [total] = statement.totals;
    expect(total!.gross).toBe(total!.brandShare + total!.platformShare);
  });
});
