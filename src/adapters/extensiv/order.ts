import { parseOrderNumber } from '../../domain/order/order-number.js';
import { asExtensivOrderId, type ExtensivOrderId } from '../../domain/shared/ids.js';
import { toDecimalNumber } from '../../domain/shared/money.js';
import type { WarehouseOrder, WarehouseOrderRequest } from '../../processes/ports/warehouse.js';
import { readOrder, readOrderStatus } from './schemas.js';
import { textOf } from './text.js';
import { utcTime } from './utc-time.js';

export const ordersRoute = '/api/v1/orders';
export const orderRoute = `${ordersRoute}/{id}`;

/** The body of `POST /api/v1/orders`. Prices and the total are decimal numbers in major units. */
export function orderBody(order: WarehouseOrderRequest): object {
  const { customer, shippingAddress: address, currency } = order;
  return {
    customer: {
      name: customer.name,
      email: customer.email,
      phone: customer.phone,
      companyName: customer.companyName,
    },
    shipping_address: {
      street1: address.street1,
      street2: address.street2,
      city: address.city,
      state: address.state,
      zip: address.zip,
      country: address.country,
    },
    line_items: order.lineItems.map(({ sku, quantity, unitPrice, description }) => ({
      sku,
      quantity,
      price: toDecimalNumber(unitPrice, currency),
      description,
    })),
    order_number: order.orderNumber,
    order_date: order.orderDate,
    delivery_method: order.deliveryMethod,
    metadata: {
      portal_order_id: order.orderId,
      delivery_zone: order.deliveryZone,
      total_amount: toDecimalNumber(order.total, currency),
      payment_status: order.paymentStatus,
    },
  };
}

/** Maps an order of the warehouse. @throws CallFailure `unreadable` */
export function toOrder(raw: unknown): WarehouseOrder {
  const answer = readOrder(raw);
  return {
    extensivOrderId: asExtensivOrderId(String(answer.id)),
    orderNumber: orderNumberOf(answer.order_number) ?? '',
    ...progress(answer),
  };
}

/**
 * Maps the answer of the status endpoint, which was asked about a known order and may leave out what that is.
 * @throws CallFailure `unreadable`
 */
export function toOrderStatus(raw: unknown, extensivOrderId: ExtensivOrderId): WarehouseOrder {
  const answer = readOrderStatus(raw);
  return {
    extensivOrderId,
    orderNumber: orderNumberOf(answer.order_number) ?? '',
    ...progress(answer),
  };
}

/** An order number as the portal writes it, whatever case and blanks it came back in; null for none. */
export function orderNumberOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : (parseOrderNumber(text) ?? text);
}

/** A status as the portal compares it; empty for none. */
export function statusOf(value: unknown): string {
  return (textOf(value) ?? '').toLowerCase();
}

function progress(answer: {
  status: string;
  tracking_number?: unknown;
  carrier?: unknown;
  updated_at?: unknown;
}): Pick<WarehouseOrder, 'status' | 'trackingNumber' | 'carrier' | 'updatedAt'> {
  const updated = typeof answer.updated_at === 'string' ? utcTime(answer.updated_at) : Number.NaN;
  return {
    status: statusOf(answer.status),
    trackingNumber: textOf(answer.tracking_number),
    carrier: textOf(answer.carrier),
    updatedAt: Number.isNaN(updated) ? null : new Date(updated).toISOString(),
  };
}
