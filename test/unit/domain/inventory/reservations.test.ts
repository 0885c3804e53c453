import { describe, expect, it } from 'vitest';
import { inventoryDecider } from '../../../../src/domain/inventory/decider.js';
import type { InventoryEvent } from '../../../../src/domain/inventory/events.js';
import {
  listReservations,
  noReservations,
  reservationOf,
  withoutReservation,
  withReservation,
} from '../../../../src/domain/inventory/reservations.js';
import { asOrderId } from '../../../../src/domain/shared/ids.js';
import { fold } from '../../../support/fold.js';
import { snapshot, stockHistory } from '../../../support/inventory.js';
import { minute } from '../../../support/orders.js';

const held = (at: string) => ({ quantity: 1, expiresAt: minute(31), reservedAt: at, exportedAt: null });

describe('the open reservations of a SKU', () => {
  it('are found by order id and listed the earliest first, however they hash', () => {
    const ids = Array.from({ length: 500 }, (_, index) => asOrderId(`order ${index}`));
    const all = ids.reduce((some, id, index) => withReservation(some, id, held(minute(index % 50))), noReservations);
    for (const id of ids) expect(reservationOf(all, id)).not.toBeNull();
    const listed = listReservations(all);
    expect(listed.map(([id]) => id).sort()).toEqual([...ids].sort());
    const times = listed.map(([, { reservedAt }]) => reservedAt);
    expect(times).toEqual([...times].sort());
    expect(ids.reduce(withoutReservation, all)).toEqual({});
  });

  it('never change in place, and survive being stored as JSON', () => {
    const one = withReservation(noReservations, asOrderId('o1'), held(minute(1)));
    const two = withReservation(one, asOrderId('o2'), held(minute(2)));
    expect(listReservations(one)).toHaveLength(1);
    expect(withoutReservation(two, asOrderId('o2'))).toEqual(one);
    expect(withoutReservation(two, asOrderId('unknown'))).toBe(two);
    expect(reservationOf(JSON.parse(JSON.stringify(two)), asOrderId('o2'))).toEqual(held(minute(2)));
  });

  it('do not confuse an order with what every object has', () => {
    expect(reservationOf(noReservations, asOrderId('constructor'))).toBeNull();
    const odd = withReservation(noReservations, asOrderId('__proto__'), held(minute(1)));
    expect(listReservations(odd).map(([id]) => id)).toEqual(['__proto__']);
  });

  it('are not copied whole for a change: all others stay the very same objects', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `order-${index}`);
    const history: InventoryEvent[] = [
      ...stockHistory(snapshot({ quantity: ids.length })),
      ...ids.map(
        (orderId): InventoryEvent => ({
          type: 'StockReserved',
          data: { orderId: asOrderId(orderId), quantity: 1, expiresAt: minute(31), reservedAt: minute(1) },
        }),
      ),
    ];
    const before = fold(inventoryDecider, history)?.reservations ?? {};
    const after = withoutReservation(before, asOrderId('order-77'));
    const buckets = Object.keys(before).map(Number);
    const copied = buckets.filter((bucket) => before[bucket] !== after[bucket]);
    expect(copied).toHaveLength(1);
    expect(buckets.length).toBeLessThan(200);
    for (const bucket of buckets) expect(Object.keys(before[bucket] ?? {}).length).toBeLessThan(200);
  });
});
