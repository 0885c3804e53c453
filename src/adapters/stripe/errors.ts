import Stripe from 'stripe';
import { messageOf } from '../../commands/failures.js';
import { PaymentsError } from '../../commands/ports.js';
import { notOfStripe } from './http-client.js';

/**
 * Stripe's error types in the portal's one question: can the same request succeed later?
 * Source: https://docs.stripe.com/error-handling
 */
export function paymentsError(operation: string, error: unknown): PaymentsError {
  if (error instanceof PaymentsError) return error;
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new PaymentsError(`Stripe ${operation}: ${messageOf(error)}`, false, null, { cause: error });
  }
  const code = error.code ?? error.rawType ?? null;
  return new PaymentsError(`Stripe ${operation}: ${summary(error)}`, isFinal(error), code);
}

/**
 * What may be told of a failure: Stripe's prose stays behind, since it can quote what was sent. The request id leads to
 * it in Stripe's dashboard. A connection that failed has heard nothing, so its words are ours.
 */
function summary(error: Stripe.errors.StripeError): string {
  if (error.type === 'StripeConnectionError') return error.message;
  if (error.code === notOfStripe) return `the answer is not one of Stripe, status ${error.statusCode}`;
  const facts = {
    status: error.statusCode,
    code: error.code,
    decline: error.decline_code,
    param: error.param,
    request: error.requestId,
  };
  const told = Object.entries(facts).filter(([, fact]) => isWord(fact));
  return [error.type, ...told.map(([name, fact]) => `${name} ${fact}`)].join(', ');
}

/** Codes, parameter names and ids are short words; anything else in their place could be prose about a customer. */
function isWord(fact: unknown): boolean {
  return (typeof fact === 'string' && /^[\w.[\]-]{1,100}$/.test(fact)) || typeof fact === 'number';
}

/** Stripe's own failure, kept as the answer of an idempotency key: repeating under that key is of no use. */
export function isStoredFailure(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeAPIError && error.headers?.['idempotent-replayed'] === 'true';
}

function isFinal(error: Stripe.errors.StripeError): boolean {
  // The library tells errors by their status alone.
  if (error.code === notOfStripe) return false;
  switch (error.type) {
    case 'StripeInvalidRequestError':
    case 'StripeCardError':
      return true;
    // The key was used with other parameters (400) is final; that its first use still runs (409) is not.
    case 'StripeIdempotencyError':
      return error.statusCode === 400;
    // An operator puts a wrong, rolled or too narrow key right, and then the same request works.
    case 'StripeAuthenticationError':
    case 'StripePermissionError':
      return false;
    default:
      return false;
  }
}
