import { invalidParameter, StripeSimError } from './errors.js';
import type { Form } from './form.js';
import type { Metadata } from './objects.js';

/** Stripe's smallest charge in the common currencies, in minor units. */
const minAmount = 50;
const maxAmount = 99_999_999;

export interface IntentParams {
  readonly amount: number;
  readonly currency: string;
  readonly automatic: boolean;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly receiptEmail: string | null;
}

/** @throws StripeSimError naming the first parameter that is unknown or wrong */
export function intentParams(form: Form): IntentParams {
  onlyKnown(form, [
    'amount',
    'automatic_payment_methods',
    'capture_method',
    'currency',
    'description',
    'metadata',
    'payment_method_types',
    'receipt_email',
    'shipping',
    'statement_descriptor_suffix',
  ]);
  const amount = amountIn(form);
  if (amount === undefined) throw invalidParameter('Missing required param: amount.', 'amount', 'parameter_missing');
  if (amount < minAmount) {
    throw new StripeSimError(
      400,
      'invalid_request_error',
      'Amount must convert to at least 50 cents. Please use a larger amount.',
      { code: 'amount_too_small', param: 'amount' },
    );
  }
  if (amount > maxAmount) throw invalidParameter('Amount is too large.', 'amount', 'amount_too_large');
  const currency = text(form, 'currency');
  if (currency === null) {
    throw invalidParameter('Missing required param: currency.', 'currency', 'parameter_missing');
  }
  if (!/^[a-z]{3}$/i.test(currency)) throw invalidParameter(`Invalid currency: ${currency}.`, 'currency');
  const automatic = form.automatic_payment_methods;
  return {
    amount,
    currency: currency.toLowerCase(),
    automatic: typeof automatic === 'object' && automatic.enabled === 'true',
    description: text(form, 'description'),
    metadata: metadata(form),
    receiptEmail: text(form, 'receipt_email'),
  };
}

export interface RefundParams {
  readonly paymentIntent: string | undefined;
  readonly charge: string | undefined;
  readonly amount: number | undefined;
  readonly reason: string | null;
  readonly metadata: Metadata;
}

/** @throws StripeSimError naming the first parameter that is unknown or wrong */
export function refundParams(form: Form): RefundParams {
  onlyKnown(form, ['amount', 'charge', 'metadata', 'payment_intent', 'reason']);
  const amount = amountIn(form);
  if (amount !== undefined && amount < 1) {
    throw invalidParameter('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  }
  const reason = text(form, 'reason');
  if (reason !== null && !['duplicate', 'fraudulent', 'requested_by_customer'].includes(reason)) {
    throw invalidParameter('Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer', 'reason');
  }
  return {
    paymentIntent: text(form, 'payment_intent') ?? undefined,
    charge: text(form, 'charge') ?? undefined,
    amount,
    reason,
    metadata: metadata(form),
  };
}

function onlyKnown(form: Form, known: readonly string[]): void {
  const unknown = Object.keys(form).find((name) => name !== 'expand' && !known.includes(name));
  if (unknown !== undefined)
    throw invalidParameter(`Received unknown parameter: ${unknown}`, unknown, 'parameter_unknown');
}

function amountIn(form: Form): number | undefined {
  const value = form.amount;
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^-?\d{1,12}$/.test(value)) {
    throw invalidParameter(`Invalid integer: ${String(value)}`, 'amount', 'parameter_invalid_integer');
  }
  return Number(value);
}

function text(form: Form, name: string): string | null {
  const value = form[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Stripe's limits: 50 keys, 40 characters a key, 500 a value. */
function metadata(form: Form): Metadata {
  const given = form.metadata;
  if (typeof given !== 'object') return {};
  const entries = Object.entries(given).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  if (entries.length > 50 || entries.some(([key, value]) => key.length > 40 || value.length > 500)) {
    throw invalidParameter('Metadata allows 50 keys of up to 40 characters and values of up to 500.', 'metadata');
  }
  return Object.fromEntries(entries);
}
