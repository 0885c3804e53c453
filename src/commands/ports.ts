import type { OrderId } from '../domain/shared/ids.js';
import type { PaymentView } from './use-cases.js';

/** What every layer may ask of the outside without knowing who answers. */

export interface Clock {
  now(): Date;
}

/** Structured log; the shape is pino's. Objects come first, the message second. */
export interface Logger {
  trace(facts: object, message?: string): void;
  debug(facts: object, message?: string): void;
  info(facts: object, message?: string): void;
  warn(facts: object, message?: string): void;
  error(facts: object, message?: string): void;
  child(bindings: object): Logger;
}

/** Unexpected failures, for the error tracker. Context holds ids only, never customer data. */
export interface ErrorReporter {
  capture(error: unknown, context: Record<string, unknown>): void;
}

/** Prometheus-style instruments, named as in docs/reference/metrics.md. */
export interface Metrics {
  increment(name: string, labels?: Record<string, string>, by?: number): void;
  observe(name: string, value: number, labels?: Record<string, string>): void;
  set(name: string, value: number, labels?: Record<string, string>): void;
}

export interface Ids {
  /** A new random UUID. */
  next(): string;
}

/** The part of the payment provider that commands need; amounts are integer minor units. Throws {@link PaymentsError}. */
export interface PaymentGateway {
  /** Idempotent by `orderId` and `earlier`: a repeat answers the same intent. */
  createPaymentIntent(request: {
    orderId: OrderId;
    /** Intents that the order has had already. */
    earlier: number;
    orderNumber: string;
    amount: number;
    currency: string;
    receiptEmail: string;
  }): Promise<PaymentView>;
  /** Null for one that was cancelled: nobody can complete it. */
  paymentIntent(paymentIntentId: string): Promise<PaymentView | null>;
}

/** Of the payment provider. `final`: repeating the same request cannot succeed. */
export class PaymentsError extends Error {
  override readonly name = 'PaymentsError';
  constructor(
    message: string,
    readonly final: boolean,
    readonly code: string | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Remembers which request an idempotency key stands for. */
export interface IdempotencyKeys {
  /**
   * Binds the key to `orderId`, the body and the time `at` (ISO 8601 UTC), unless it is bound already: then answers the
   * earlier order id and time, or `other-body` when the body differs.
   */
  claim(request: {
    scope: string;
    key: string;
    bodyHash: string;
    orderId: OrderId;
    at: string;
  }): Promise<{ orderId: OrderId; at: string } | 'other-body'>;
  /**
   * Forgets the hashes of the bodies of an order's requests, which hold a person's data, and the text of its keys,
   * which may be an address. The keys stay taken.
   */
  erase(orderId: OrderId): Promise<void>;
}

/** How many there were in the present window, and the milliseconds it still lasts. */
export interface Counted {
  readonly count: number;
  readonly leftMs: number;
}

/** Counts what callers do, over all processes. */
export interface RateCounter {
  /**
   * Counts one more under `key`. As long as fewer than `ahead` are known of, it answers at once and counts a moment
   * later: what other processes have counted since the last look is missing then.
   */
  count(key: string, windowMs: number, ahead: number): Counted | Promise<Counted>;
}

/** Mutual exclusion across processes. */
export interface Locks {
  /** Runs `work` while nobody else runs under `name`; a crash frees the name. @throws when it stays taken for too long */
  exclusively<Value>(name: string, work: () => Promise<Value>): Promise<Value>;
}

/** Sees to it that one process at a time owns a name, such as a projector. */
export interface OwnerLock {
  /**
   * Tries to become the owner, without waiting.
   * @returns null while somebody else owns the name
   * @throws when the arbiter cannot be reached
   */
  tryAcquire(name: string): Promise<Ownership | null>;
}

export interface Ownership {
  /** Aborts as soon as the ownership is known to be lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** What a span of a trace stands for. Attributes hold ids and words of the portal, never customer data. */
export interface SpanFacts {
  readonly name: string;
  /** `server` answers somebody, `client` asks somebody, `consumer` works on what an event asked for. */
  readonly kind: 'internal' | 'server' | 'client' | 'consumer';
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Decides the trace, unless a span is under way: then the new one is its child. */
  readonly correlationId?: string;
  /** Id of the event that asked for this, whose span becomes the parent, in whichever process it was recorded. */
  readonly causedBy?: string;
}

/** Traces of what the portal does, over the borders of processes. There is none where tracing is off. */
export interface Tracing {
  /** Runs `work` as a span; an error marks the span as failed. */
  run<Value>(span: SpanFacts, work: () => Promise<Value>): Promise<Value>;
  /** Starts a span, runs `go` and all that follows from it inside, and leaves the end to the caller. */
  enter(span: SpanFacts, go: () => void): OpenSpan;
  /** Marks recorded events, so that what they cause can hang below them. */
  recorded(events: readonly { readonly id: string; readonly type: string }[]): void;
}

export interface OpenSpan {
  end(outcome: { attributes?: Readonly<Record<string, string | number>>; failed: boolean }): void;
}
