import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { PaymentMessage } from '../../processes/ports/payments.js';
import { charge, currencyOf, dispute, orderIdOf, paymentIntent, refundMessage, refundObject, Text } from './objects.js';
import { idOf } from './references.js';
import { UnusableWebhookError } from './unusable-webhook-error.js';

/**
 * What a verified event says, or null for a type that is only kept.
 * @param at when it was created, ISO 8601
 * @throws UnusableWebhookError when a handled type lacks what the portal needs of it
 */
export function interpretWebhook(payload: unknown, at: string): PaymentMessage | null {
  if (!typed.Check(payload)) throw new UnusableWebhookError(null, null, 'it is no event');
  const { type } = payload;
  const read = Object.hasOwn(readers, type) ? readers[type as keyof typeof readers] : undefined;
  // What is only kept may have any shape: the newer kind of event brings no object.
  if (read === undefined) return null;
  if (!event.Check(payload)) throw new UnusableWebhookError(null, type, 'it is no event');
  return read({ ...payload, at });
}

const typed = Compile(Type.Object({ type: Text }));

const event = Compile(
  Type.Object({
    id: Text,
    type: Text,
    data: Type.Object({ object: Type.Object({}) }),
  }),
);
type Event = { id: string; type: string; at: string; data: { object: unknown } };

const readers = {
  'payment_intent.succeeded': paymentSucceeded,
  'payment_intent.payment_failed': paymentFailed,
  'payment_intent.canceled': paymentCancelled,
  'charge.refunded': chargeRefunded,
  'refund.created': refundChanged,
  'refund.updated': refundChanged,
  'refund.failed': refundChanged,
  'charge.dispute.created': disputeOpened,
} satisfies Record<string, (from: Event) => PaymentMessage>;

function paymentSucceeded(from: Event): PaymentMessage {
  const object = objectOf(from, paymentIntent);
  // What was received is what counts; `amount` is what was asked for.
  const amount = object.amount_received ?? object.amount;
  if (amount === undefined || amount === null) throw unusable(from, 'amount_received is missing');
  return {
    kind: 'payment-succeeded',
    paymentIntentId: object.id,
    orderId: orderIdOf(object),
    amount,
    currency: currencyOf(object),
    at: from.at,
  };
}

function paymentFailed(from: Event): PaymentMessage {
  const object = objectOf(from, paymentIntent);
  const error = object.last_payment_error;
  const reason = error?.decline_code ?? error?.code ?? error?.message ?? 'unknown';
  return { kind: 'payment-failed', paymentIntentId: object.id, orderId: orderIdOf(object), reason, at: from.at };
}

function paymentCancelled(from: Event): PaymentMessage {
  const object = objectOf(from, paymentIntent);
  return { kind: 'payment-cancelled', paymentIntentId: object.id, orderId: orderIdOf(object), at: from.at };
}

function refundChanged(from: Event): PaymentMessage {
  const message = refundMessage(objectOf(from, refundObject), from.at);
  return from.type === 'refund.failed' ? { ...message, status: 'failed' } : message;
}

function chargeRefunded(from: Event): PaymentMessage {
  const object = objectOf(from, charge);
  return {
    kind: 'charge-refunded',
    paymentIntentId: idOf(object.payment_intent),
    orderId: orderIdOf(object),
    amountRefunded: object.amount_refunded,
    currency: currencyOf(object),
    at: from.at,
  };
}

function disputeOpened(from: Event): PaymentMessage {
  const object = objectOf(from, dispute);
  return {
    kind: 'dispute',
    disputeId: object.id,
    paymentIntentId: idOf(object.payment_intent),
    orderId: orderIdOf(object),
    amount: object.amount,
    currency: object.currency.toUpperCase(),
    reason: object.reason ?? '',
    at: from.at,
  };
}

interface Validator<Shape> {
  Check(value: unknown): value is Shape;
  Errors(value: unknown): Iterable<{ instancePath: string; message: string }>;
}

function objectOf<Shape>(from: Event, validator: Validator<Shape>): Shape {
  const { object } = from.data;
  if (validator.Check(object)) return object;
  const [first] = validator.Errors(object);
  throw unusable(from, `data.object${first?.instancePath ?? ''} ${first?.message ?? 'has the wrong shape'}`);
}

function unusable(from: Event, reason: string): UnusableWebhookError {
  return new UnusableWebhookError(from.id, from.type, reason);
}
