import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { asOrderId, type OrderId } from '../../domain/shared/ids.js';
import type { RefundMessage } from '../../processes/ports/payments.js';
import { idOf } from './references.js';

/** What the portal reads of Stripe's objects, in events and in answers. */

export const Text = Type.String({ minLength: 1 });
/** No longer than Stripe makes them, and so that PostgreSQL can store and find them. */
const Id = Type.String({ pattern: '^[^\\0\\p{Cs}]{1,255}$' });
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** ISO 4217, in the lower case that Stripe writes. */
const CurrencyCode = Type.String({ pattern: '^[A-Za-z]{3}$' });
const Optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));
/** An id, or the object itself where the account asks Stripe to expand it. */
const Reference = Optional(Type.Union([Id, Type.Object({ id: Id })]));
const Metadata = Optional(Type.Record(Type.String(), Type.Unknown()));

export const paymentIntent = Compile(
  Type.Object({
    id: Id,
    amount: Optional(Amount),
    amount_received: Optional(Amount),
    currency: Optional(CurrencyCode),
    metadata: Metadata,
    last_payment_error: Optional(
      Type.Object({ message: Optional(Text), code: Optional(Text), decline_code: Optional(Text) }),
    ),
  }),
);

const RefundObject = Type.Object({
  id: Id,
  amount: Amount,
  currency: Optional(CurrencyCode),
  status: Optional(Type.String()),
  payment_intent: Reference,
  reason: Optional(Type.String()),
  failure_reason: Optional(Type.String()),
  metadata: Metadata,
});
export const refundObject = Compile(RefundObject);

export const charge = Compile(
  Type.Object({
    id: Id,
    amount_refunded: Amount,
    currency: Optional(CurrencyCode),
    payment_intent: Reference,
    metadata: Metadata,
  }),
);

export const dispute = Compile(
  Type.Object({
    id: Id,
    amount: Amount,
    currency: CurrencyCode,
    payment_intent: Reference,
    reason: Optional(Type.String()),
    metadata: Metadata,
  }),
);

/** What a refund says of itself, whether it came with an event or was asked for. */
export function refundMessage(object: Static<typeof RefundObject>, at: string): RefundMessage {
  return {
    kind: 'refund',
    stripeRefundId: object.id,
    refundId: metadataText(object, 'refund_id'),
    paymentIntentId: idOf(object.payment_intent),
    orderId: orderIdOf(object),
    amount: object.amount,
    currency: currencyOf(object),
    status: statusOf(object.status),
    reason: object.failure_reason ?? object.reason ?? '',
    at,
  };
}

/** Stripe's refund status in the portal's three; a status we do not know yet is still under way. */
export function statusOf(status: string | null | undefined): RefundMessage['status'] {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'failed' || status === 'canceled') return 'failed';
  return 'pending';
}

/** As ISO 4217 writes it; null where it is not told. */
export function currencyOf({ currency }: { currency?: string | null }): string | null {
  return currency?.toUpperCase() ?? null;
}

export function orderIdOf(object: WithMetadata): OrderId | null {
  const orderId = metadataText(object, 'order_id');
  return orderId === null ? null : asOrderId(orderId);
}

interface WithMetadata {
  metadata?: Record<string, unknown> | null;
}

function metadataText({ metadata }: WithMetadata, name: string): string | null {
  const value = metadata?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
