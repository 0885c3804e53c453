import { expect, it } from 'vitest';
import { asExtensivOrderId, asOrderId } from '../../../src/domain/shared/ids.js';
import { compareOrders, type OrdersSeen } from '../../../src/processes/reconcile/compare-orders.js';
import type { PortalOrder } from '../../../src/projections/queries/portal-side.js';
import { minute } from '../../support/orders.js';

const here: PortalOrder = {
  orderId: asOrderId('o1'),
  orderNumber: 'VL-7K3M-9QXT-2WCD',
  status: 'exported',
  extensivOrderId: asExtensivOrderId('EXT-1'),
  trackingNumber: null,
  carrier: null,
  wmsCancellation: 'none',
  paidAt: minute(1),
  exportedAt: minute(2),
  updatedAt: minute(2),
};
const paid: PortalOrder = { ...here, status: 'paid', extensivOrderId: null, exportedAt: null };
const there = { ...here, extensivOrderId: asExtensivOrderId('EXT-1'), status: 'received' };

const found = (at: string, portal: PortalOrder, ...warehouse: OrdersSeen['warehouse']) =>
  compareOrders({ now: new Date(at), portal: [portal], warehouse, unknownThere: new Set() });

it('an order that the warehouse has twice is for people', () => {
  const twice = { ...there, extensivOrderId: asExtensivOrderId('EXT-2') };
  expect(found(minute(60), here, there)).toEqual([]);
  expect(found(minute(60), here, there, twice)).toMatchObject([
    { class: 'missing-here', extensivOrderId: 'EXT-2', portal: 'has it as EXT-1: it is there twice', repair: null },
  ]);
});

it('an order that only the warehouse shows is adopted, and not while its export may be under way', () => {
  const stray = { ...there, updatedAt: minute(60) };
  expect(found(minute(61), paid, stray)).toEqual([]);
  expect(found(minute(80), paid, stray)).toMatchObject([{ class: 'missing-here', repair: 'adopt' }]);
});

it('an order is stuck from when it was paid, or from when it came where it stands', () => {
  const changed = { updatedAt: minute(50) };
  expect(found(minute(61), { ...paid, ...changed })).toEqual([]);
  expect(found(minute(62), { ...paid, ...changed })).toMatchObject([{ since: minute(1), repair: 'export' }]);
  const days = 48 * 60;
  expect(found(minute(50 + days), { ...here, ...changed })).toEqual([]);
  expect(found(minute(51 + days), { ...here, ...changed })).toMatchObject([{ class: 'stuck', since: minute(50) }]);
});

it.each([
  ['paid', 1],
  ['export_failed', 1],
  ['exported', 48],
  ['picking', 48],
  ['packed', 48],
  ['shipped', 14 * 24],
] as const)('an order may stay %s for %s hours', (status, hours) => {
  const order: PortalOrder = { ...here, status, paidAt: minute(0), updatedAt: minute(0) };
  const seen = { ...there, status };
  expect(found(minute(hours * 60), order, seen)).toEqual([]);
  expect(found(minute(hours * 60 + 1), order, seen)).toMatchObject([{ class: 'stuck', since: minute(0) }]);
});

it('a difference is none while either side has just changed', () => {
  const moved = (at: string) => ({ ...there, status: 'packed', updatedAt: at });
  expect(found(minute(60), { ...here, updatedAt: minute(50) }, moved(minute(0)))).toEqual([]);
  expect(found(minute(60), { ...here, updatedAt: minute(0) }, moved(minute(50)))).toEqual([]);
  expect(found(minute(60), { ...here, updatedAt: minute(45) }, moved(minute(45)))).toMatchObject([
    { class: 'status', repair: 'observe' },
  ]);
});
