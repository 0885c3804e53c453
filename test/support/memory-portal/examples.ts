import { asBrandId, asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import type { PayoutEntry, ProductView, ReservationsView, SyncView } from '../../../src/projections/views.js';
import { greenLeaf, minute, vitalHemp } from '../orders.js';

export const products: readonly ProductView[] = ['HEMP-1', 'LEAF-1'].map(asSku).map((sku, index) => ({
  id: `p${index + 1}`,
  sku,
  name: `Product ${sku}`,
  brand: index === 0 ? 'VitalHemp' : 'Green Leaf',
  brandId: index === 0 ? vitalHemp : greenLeaf,
  description: null,
  stock: 12,
  available: 10,
  price: 2500,
  currency: 'USD',
  thc: '0.2',
  batchNumber: 'B-1',
  coaLink: null,
  listed: true,
  updatedAt: minute(0),
}));

/** A sale of 0.10 USD by a brand that would like to be a formula, and half of it refunded. */
export const payoutEntries: readonly PayoutEntry[] = [-5, 10].map((gross) => ({
  orderId: asOrderId('o1'),
  orderNumber: 'VL-1',
  brandId: asBrandId('evil'),
  brand: '=SUM(A1), "Evil"',
  kind: gross < 0 ? ('reversal' as const) : ('allocation' as const),
  gross,
  brandShare: Math.trunc(gross * 0.7),
  platformShare: gross - Math.trunc(gross * 0.7),
  currency: 'USD',
  at: minute(5),
}));

export const reservation: ReservationsView['items'][number] = {
  orderId: asOrderId('o1'),
  orderNumber: 'VL-1',
  orderStatus: 'awaiting_payment',
  customerId: 'c1',
  quantity: 2,
  state: 'held',
  reservedAt: minute(1),
  expiresAt: minute(31),
  exportedAt: null,
};

export const failedSync: SyncView = {
  syncId: 's1',
  status: 'failed',
  trigger: 'manual',
  startedAt: minute(0),
  completedAt: minute(1),
  error: 'the warehouse answers 500',
  received: 0,
  created: 0,
  changed: 0,
  delisted: 0,
  rejected: [{ sku: null, index: 3, reason: 'no sku' }],
  durationMs: 60_000,
};
