import { expect, it } from 'vitest';
import { compareOrders } from '../../../src/processes/reconcile/compare-orders.js';
import { minute } from '../../support/orders.js';

const here = {
  orderId: 'o1',
  orderNumber: 'VL-7K3M-9QXT-2WCD',
  status: 'exported',
  extensivOrderId: 'EXT-1',
  trackingNumber: null,
  carrier: null,
  wmsCancellation: 'none',
  paidAt: minute(1),
  exportedAt: minute(2),
  updatedAt: minute(2),
} as const;
const there = { ...here, status: 'received' };

it('an order that the warehouse has twice is for people', () => {
  const twice = { ...there, extensivOrderId: 'EXT-2' };
  const seen = { now: new Date(minute(60)), portal: [here], unknownThere: new Set<string>() };
  expect(compareOrders({ ...seen, warehouse: [there] })).toEqual([]);
  expect(compareOrders({ ...seen, warehouse: [there, twice] })).toMatchObject([
    { class: 'missing-here', extensivOrderId: 'EXT-2', portal: 'has it as EXT-1: it is there twice', repair: null },
  ]);
});
