/**
 * What is known of an order's refunds, as a join semilattice, so that messages may come in any order and repeatedly.
 *
 * Two sources tell of the same money. `refund.*` messages name a refund and its status; a refund's status only climbs
 * `pending < succeeded < failed` (a succeeded refund can bounce days later, a failed one never recovers), so joining is
 * taking the higher one. `charge.refunded` carries the charge's running total at some moment, naming no refund; its join
 * is the maximum, the high-water mark. That mark still includes refunds that failed after it was taken, hence
 *
 *     refunded = max(sum of succeeded refunds, high-water mark - sum of failed refunds, 0), at most the order's total
 *
 * Every input is a join and the formula looks at nothing else, so the result depends on the set of messages alone. Where
 * only one source has spoken yet the maximum follows that one; once both have, they agree. A refund that failed before
 * the charge ever counted it makes the second term too small, never too large, and the first one then tells the truth.
 */
export interface RefundLedger {
  readonly refunds: Readonly<Record<string, KnownRefund>>;
  /** Highest running total by payment intent; messages that name none are under the empty string. */
  readonly highWater: Readonly<Record<string, number>>;
  readonly requests: readonly RefundRequest[];
}

export interface KnownRefund {
  readonly status: RefundFact;
  readonly amount: number;
  readonly paymentIntentId: string | null;
  /** A later request knew of this failure, so it says nothing about that request. */
  readonly superseded: boolean;
  /**
   * The portal's id of the refund: that of a request, null for one made by hand, absent where messages did not tell yet.
   * A refund by hand that a request has adopted has the request's id.
   */
  readonly refundId?: string | null;
}

export interface RefundRequest {
  readonly refundId: string;
  readonly amount: number;
  readonly reason: string;
  readonly requestedAt: string;
  /** The refunded total the request is to bring about. */
  readonly goal: number;
  readonly failed: boolean;
  /** The goal was reached at some time, by whoever's refunds; one of them can bounce later. */
  readonly met: boolean;
}

export type RefundFact = 'pending' | 'succeeded' | 'failed';

export const emptyRefundLedger: RefundLedger = { refunds: {}, highWater: {}, requests: [] };

const factRank: Readonly<Record<RefundFact, number>> = { pending: 0, succeeded: 1, failed: 2 };

/** Whether a refund message adds to what is known: a status further on, or which request the refund is of. */
export function isNews(
  ledger: RefundLedger,
  stripeRefundId: string,
  { status, refundId }: { status: RefundFact; refundId?: string | null },
): boolean {
  const known = ledger.refunds[stripeRefundId];
  if (!known || factRank[status] > factRank[known.status]) return true;
  return typeof refundId === 'string' && typeof known.refundId !== 'string';
}

/** Joins a refund message. */
export function joinRefund(
  ledger: RefundLedger,
  stripeRefundId: string,
  fact: { status: RefundFact; amount: number; paymentIntentId: string | null; refundId?: string | null },
): RefundLedger {
  if (!isNews(ledger, stripeRefundId, fact)) return ledger;
  const known = ledger.refunds[stripeRefundId];
  const further = !known || factRank[fact.status] > factRank[known.status];
  const refundId = typeof known?.refundId === 'string' || fact.refundId === undefined ? known?.refundId : fact.refundId;
  const refund: KnownRefund = {
    status: further ? fact.status : known.status,
    amount: further ? fact.amount : known.amount,
    paymentIntentId: fact.paymentIntentId ?? known?.paymentIntentId ?? null,
    superseded: further ? false : known.superseded,
    ...(refundId === undefined ? {} : { refundId }),
  };
  const refunds = { ...ledger.refunds, [stripeRefundId]: refund };
  if (refund.status !== 'failed') return { ...ledger, refunds };
  const requests = ledger.requests.map((request) =>
    failedWith(request, refund) ? { ...request, failed: true } : request,
  );
  return { ...ledger, refunds, requests };
}

/**
 * A failed refund ends the request it was made for and no other; one by hand ends none. Of a refund that does not say whose
 * it is, any failure after the request may be the request's own, so it is taken for it.
 */
function failedWith(request: RefundRequest, { refundId }: KnownRefund): boolean {
  return refundId === undefined || isOf(refundId, request);
}

/** What is left of a request after refunds by hand goes back under an id that begins with the request's. */
export function isOf(refundId: string | null | undefined, request: Pick<RefundRequest, 'refundId'>): boolean {
  return refundId === request.refundId || (refundId?.startsWith(`${request.refundId}-`) ?? false);
}

/** Joins a running total of the charge. */
export function joinHighWater(ledger: RefundLedger, paymentIntentId: string | null, amount: number): RefundLedger {
  const key = paymentIntentId ?? '';
  return { ...ledger, highWater: { ...ledger.highWater, [key]: Math.max(ledger.highWater[key] ?? 0, amount) } };
}

/**
 * Adds a request of ours. A request that an operator repeats supersedes the failures known by then; the one that a
 * cancellation makes does not, because it would have been made before them had the messages come in another order.
 */
export function addRequest(
  ledger: RefundLedger,
  request: Omit<RefundRequest, 'failed' | 'met'>,
  supersedesFailures: boolean,
): RefundLedger {
  const refunds = supersedesFailures
    ? Object.fromEntries(Object.entries(ledger.refunds).map(([id, refund]) => [id, { ...refund, superseded: true }]))
    : ledger.refunds;
  return { ...ledger, refunds, requests: [...ledger.requests, { ...request, failed: false, met: false }] };
}

/** Notes which requests have got what they asked for. */
export function noteMet(ledger: RefundLedger, refunded: number): RefundLedger {
  if (!ledger.requests.some(({ met, goal }) => !met && goal <= refunded)) return ledger;
  const requests = ledger.requests.map((request) => (request.goal <= refunded ? { ...request, met: true } : request));
  return { ...ledger, requests };
}
