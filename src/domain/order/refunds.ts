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

interface KnownRefund {
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

export type RefundStatus = 'none' | 'requested' | 'partial' | 'succeeded' | 'failed';

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
function isOf(refundId: string | null | undefined, request: Pick<RefundRequest, 'refundId'>): boolean {
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

/** How much of the order's payment has gone back, in minor units; see {@link RefundLedger}. */
export function refundedTotal(ledger: RefundLedger, order: RefundedOrder): number {
  const { succeeded, failed, highWater } = sumsOf(ledger, order);
  return Math.min(order.total, Math.max(succeeded, highWater - failed, 0));
}

/**
 * Whether the charge's running total tells of more than the refunds known by name. A refund made now would not add to it:
 * nobody could tell whether the total already counts it.
 */
export function hasUnnamedRefunds(ledger: RefundLedger, order: RefundedOrder): boolean {
  const { succeeded, pending, failed, highWater } = sumsOf(ledger, order);
  return highWater - failed > succeeded + pending;
}

/**
 * How much goes back for a request now, in minor units: what is missing from its goal. Other refunds that are under way have
 * taken theirs at the provider, though they are not counted as returned yet: a request for everything goes without it. Where
 * they have taken all, the provider is to say so, and whether one by hand stands for the request.
 */
export function amountFor(
  request: RefundRequest,
  ledger: RefundLedger,
  order: RefundedOrder & { readonly refundedTotal: number },
): number {
  const missing = Math.min(request.amount, request.goal - order.refundedTotal);
  if (request.goal < order.total) return missing;
  const others = Object.entries(ledger.refunds).filter(([, { refundId }]) => !isOf(refundId, request));
  const { succeeded, pending } = sumsOf({ ...ledger, refunds: Object.fromEntries(others) }, order);
  const left = order.total - succeeded - pending;
  return left > 0 ? Math.min(missing, left) : missing;
}

interface RefundedOrder {
  readonly total: number;
  readonly paymentIntentId: string | null;
}

/** Sums of the order's own refunds by status, and the highest running total of its charge. */
function sumsOf(ledger: RefundLedger, order: RefundedOrder): Record<RefundFact | 'highWater', number> {
  const ofOrder = (intent: string | null) =>
    intent === null || intent === '' || order.paymentIntentId === null || intent === order.paymentIntentId;
  const marks = Object.entries(ledger.highWater).filter(([intent]) => ofOrder(intent));
  const sums = { pending: 0, succeeded: 0, failed: 0, highWater: Math.max(0, ...marks.map(([, mark]) => mark)) };
  for (const refund of Object.values(ledger.refunds)) {
    if (ofOrder(refund.paymentIntentId)) sums[refund.status] += refund.amount;
  }
  return sums;
}

/** The highest refunded total that was ever asked for. */
export function refundGoal(ledger: RefundLedger): number {
  return Math.max(0, ...ledger.requests.map(({ goal }) => goal));
}

/**
 * The request that is still being carried out, or null. Its own refund ends it, and so does reaching its goal, even when
 * another refund has bounced since.
 */
export function openRequest(ledger: RefundLedger, refunded: number): RefundRequest | null {
  const last = ledger.requests.at(-1);
  return last && !last.failed && !last.met && last.goal > refunded && !isMade(ledger, last) ? last : null;
}

/** Whether the last request was met by refunds by hand alone and these have bounced: it can be made as if for the first time. */
export function isUndone(ledger: RefundLedger, refunded: number): boolean {
  const last = ledger.requests.at(-1);
  return Boolean(last?.met && !last.failed && last.goal > refunded && !isMade(ledger, last));
}

/** Whether a refund of a request is known, whatever became of it. */
export function isKnown({ refunds }: RefundLedger, request: RefundRequest): boolean {
  return Object.values(refunds).some(({ refundId }) => isOf(refundId, request));
}

function isMade({ refunds }: RefundLedger, request: RefundRequest): boolean {
  return Object.values(refunds).some(({ status, refundId }) => status === 'succeeded' && isOf(refundId, request));
}

/** The refund state shown beside the order's status; depends on the set of messages alone. */
export function refundStatusOf(ledger: RefundLedger, refunded: number, total: number): RefundStatus {
  if (refunded > 0 && refunded >= total) return 'succeeded';
  const known = Object.values(ledger.refunds);
  const pending = known.some(({ status }) => status === 'pending');
  if (refundGoal(ledger) > refunded) {
    if (pending) return 'requested';
    const failed = known.filter(({ status, superseded }) => status === 'failed' && !superseded);
    if (failed.some(({ refundId }) => refundId === undefined)) return 'failed';
    if (openRequest(ledger, refunded)) return 'requested';
    if (failed.length > 0) return 'failed';
    // What bounced before the last request is an operator's to ask for again; that request itself is done.
    return refunded > 0 ? 'partial' : 'requested';
  }
  if (refunded > 0) return 'partial';
  if (pending) return 'requested';
  return known.some(({ status }) => status === 'failed') ? 'failed' : 'none';
}
