import { orders } from '../../commands/aggregates.js';
import { personalKeyOf } from '../../commands/privacy/personal-data.js';
import type { OrderEvent } from '../../domain/order/events.js';
import { evolve } from '../../domain/order/evolve.js';
import type { Order } from '../../domain/order/state.js';
import type { OrderView } from '../views.js';
import { searchable } from './rows.js';
import { streamFoldProjection } from './stream-fold.js';

/** The order's own state, and where it stands in the list of orders. */
interface OrderRow {
  readonly order: Order;
  /** Commit position of its first event: newer orders have higher ones. */
  readonly position: string;
  /** Id of the key its personal data are encrypted with; null when they were recorded in plain text. */
  readonly personalKey: string | null;
}

/** `read.orders`: one row per order. */
export const ordersProjection = streamFoldProjection<OrderRow>({
  name: 'orders',
  version: 7,
  category: orders.category,
  keyColumn: 'order_id',
  columns: {
    position: 'numeric(20, 0)',
    order_number: 'text',
    status: 'text',
    refund_status: 'text',
    customer_id: 'text',
    total: 'bigint',
    refunded_total: 'bigint',
    currency: 'text',
    payment_intent_id: 'text',
    extensiv_order_id: 'text',
    tracking_number: 'text',
    placed_at: 'timestamptz',
    paid_at: 'timestamptz',
    exported_at: 'timestamptz',
    updated_at: 'timestamptz',
    search: 'text',
    personal_key: 'uuid',
  },
  indexes: [
    // With all that a list is filtered by: whoever looks for few orders among many goes through this, and not through rows.
    '(position desc, order_id desc) include (status, customer_id, placed_at, search)',
    '(status, position desc, order_id desc)',
    '(customer_id, position desc, order_id desc) where customer_id is not null',
    '(placed_at)',
    '(lower(order_number))',
    '(extensiv_order_id) where extensiv_order_id is not null',
    '(payment_intent_id) where payment_intent_id is not null',
    '(personal_key) where personal_key is not null',
  ],
  evolve(state, event, recorded) {
    // Deciders ignore event types they do not know, so any event may be shown to them.
    const order = evolve(state?.order ?? null, event as OrderEvent);
    if (!order) return null;
    if (state) return { ...state, order };
    return { order, position: recorded.position.commit.toString(), personalKey: personalKeyOf(recorded) };
  },
  toColumns({ order, position, personalKey }) {
    // An order that cannot be shown parks its stream here; in a list it would keep all the others from being shown.
    toOrderView(order, 0);
    return {
      position,
      personal_key: personalKey,
      order_number: order.orderNumber,
      status: order.status,
      refund_status: order.refundStatus,
      customer_id: order.customerId,
      total: order.total,
      refunded_total: order.refundedTotal,
      currency: order.currency,
      payment_intent_id: order.paymentIntentId,
      extensiv_order_id: order.extensivOrderId,
      tracking_number: order.trackingNumber,
      placed_at: order.placedAt,
      paid_at: order.paidAt,
      exported_at: order.exportedAt,
      updated_at: order.updatedAt,
      search: beginning(
        searchable([order.orderNumber, order.customer.name, order.customer.companyName, order.customer.email]),
      ),
    };
  },
});

/** What an index takes of a row ends at 2,704 bytes. Numbers, names and an address of usual scripts are shorter than this. */
const maxSearchBytes = 1_600;

function beginning(text: string): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxSearchBytes)).read);
}

/** An order as the API shows it; `revision` is that of the last event in it. Also serves orders folded as of the past. */
export function toOrderView(order: Order, revision: number): OrderView {
  return {
    id: order.orderId,
    orderNumber: order.orderNumber,
    status: order.status,
    refundStatus: order.refundStatus,
    customerId: order.customerId,
    customer: order.customer,
    shippingAddress: order.shippingAddress,
    lineItems: [...order.lineItems],
    total: order.total,
    currency: order.currency,
    refundedTotal: order.refundedTotal,
    deliveryMethod: order.deliveryMethod,
    deliveryZone: order.deliveryZone,
    extensivOrderId: order.extensivOrderId,
    trackingNumber: order.trackingNumber,
    carrier: order.carrier,
    paymentIntentId: order.paymentIntentId,
    payouts: order.payouts && {
      rule: order.payouts.rule,
      entries: order.payouts.entries.map(({ brandId, brand, gross, brandShare, platformShare }) => ({
        brandId,
        brand,
        gross,
        brandShare,
        platformShare,
      })),
      brandTotal: order.payouts.brandTotal,
      platformTotal: order.payouts.platformTotal,
    },
    revision,
    placedAt: order.placedAt,
    paidAt: order.paidAt,
    exportedAt: order.exportedAt,
    updatedAt: order.updatedAt,
    erasedAt: order.erasedAt,
  };
}
