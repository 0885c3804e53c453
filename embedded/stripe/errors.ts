export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

/** A refusal in Stripe's shape. `remembered`: it is the stored outcome of its idempotency key, as a performed request is. */
export class StripeSimError extends Error {
  override readonly name = 'StripeSimError';
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    message: string,
    readonly details: { code?: string; param?: string; decline_code?: string; payment_intent?: unknown } = {},
    readonly remembered = false,
  ) {
    super(message);
  }

  get body(): { error: Record<string, unknown> } {
    return { error: { type: this.type, message: this.message, ...this.details } };
  }
}

/** A parameter that is wrong in itself; such an answer is not stored under the idempotency key. */
export function invalidParameter(message: string, param: string, code = 'parameter_invalid'): StripeSimError {
  return new StripeSimError(400, 'invalid_request_error', message, { code, param });
}

export function missing(kind: string, id: string, param: string): StripeSimError {
  return new StripeSimError(404, 'invalid_request_error', `No such ${kind}: '${id}'`, {
    code: 'resource_missing',
    param,
  });
}

/** A well-formed request that the object's state does not allow. */
export function refused(message: string, code?: string): StripeSimError {
  return new StripeSimError(400, 'invalid_request_error', message, code === undefined ? {} : { code }, true);
}
