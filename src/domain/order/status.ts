/** Where an order stands. Refunds are a state of their own, see `refund-figures.ts`. */
export const orderStatuses = [
  'awaiting_payment',
  'paid',
  'export_failed',
  'exported',
  'picking',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
  'expired',
] as const;

export type OrderStatus = (typeof orderStatuses)[number];

/** The statuses of an order in the warehouse's hands that `StatusChanged` can reach. */
export type FulfilmentStatus = 'picking' | 'packed' | 'shipped' | 'delivered';

/** How far along fulfilment is; a status is never left for one of lower rank. Null: not on that road (any more). */
const fulfilmentRank: Readonly<Record<OrderStatus, number | null>> = {
  awaiting_payment: null,
  paid: 0,
  export_failed: 0,
  exported: 1,
  picking: 2,
  packed: 3,
  shipped: 4,
  delivered: 5,
  cancelled: null,
  expired: null,
};

/** Nothing more is owed to the customer under their name; money that comes or goes later needs none. */
export function isFinal(status: string): boolean {
  return status === 'delivered' || status === 'cancelled' || status === 'expired';
}

export function isFulfilmentStatus(status: string): status is FulfilmentStatus {
  return status === 'picking' || status === 'packed' || status === 'shipped' || status === 'delivered';
}

/** The portal's name for a warehouse status, or null for one the portal does not know. */
export function fromWmsStatus(wmsStatus: string): 'exported' | 'cancelled' | FulfilmentStatus | null {
  if (wmsStatus === 'received') return 'exported';
  if (wmsStatus === 'cancelled' || isFulfilmentStatus(wmsStatus)) return wmsStatus;
  return null;
}

/** Negative when `to` lies behind `from`, 0 at the same stage, null when either is not a stage of fulfilment. */
export function compareStage(from: OrderStatus, to: OrderStatus): number | null {
  const [left, right] = [fulfilmentRank[from], fulfilmentRank[to]];
  return left === null || right === null ? null : right - left;
}

/** Whether the order has reached the stage, going by its status alone. */
export function hasReached(status: OrderStatus, stage: OrderStatus): boolean {
  const distance = compareStage(stage, status);
  return distance !== null && distance >= 0;
}
