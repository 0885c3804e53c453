import { isOf, type KnownRefund, type RefundFact, type RefundLedger, type RefundRequest } from './refund-ledger.js';

export type RefundStatus = 'none' | 'requested' | 'partial' | 'succeeded' | 'failed';

/** What the figures of its refunds depend on, of an order. `paymentIntentId` is that of the payment that counts. */
interface RefundedOrder {
  readonly total: number;
  readonly paymentIntentId: string | null;
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

/** Sums of the order's own refunds by status, and the highest running total of its charge. */
function sumsOf(ledger: RefundLedger, order: RefundedOrder): Record<RefundFact | 'highWater', number> {
  const marks = Object.entries(ledger.highWater).filter(([intent]) => isOwn(intent, order));
  const sums = { pending: 0, succeeded: 0, failed: 0, highWater: Math.max(0, ...marks.map(([, mark]) => mark)) };
  for (const refund of ownRefunds(ledger, order)) sums[refund.status] += refund.amount;
  return sums;
}

/** Refunds of the payment that counts; those of a second payment give back what the order never had. */
function ownRefunds({ refunds }: RefundLedger, order: RefundedOrder): readonly KnownRefund[] {
  return Object.values(refunds).filter(({ paymentIntentId }) => isOwn(paymentIntentId, order));
}

/** Before the order is paid, and of messages that name no payment, any may be the one. */
function isOwn(intent: string | null, { paymentIntentId }: RefundedOrder): boolean {
  return intent === null || intent === '' || paymentIntentId === null || intent === paymentIntentId;
}

/** The highest refunded total that was ever asked for. */
export function refundGoal(ledger: RefundLedger): number {
  return Math.max(0, ...ledger.requests.map(({ goal }) => goal));
}

/**
 * The request that is still being carried out, or null. Its own refund ends it, and so does reaching its goal, even when
 * another refund has bounced since.
 */
export function openRequest(ledger: RefundLedger): RefundRequest | null {
  const last = ledger.requests.at(-1);
  return last && !last.failed && !last.met && !isMade(ledger, last) ? last : null;
}

/**
 * Whether the last request was met by refunds by hand alone and these have bounced: it can be made as if for the first
 * time.
 */
export function isUndone(ledger: RefundLedger, refunded: number): boolean {
  const last = ledger.requests.at(-1);
  return Boolean(last?.met && !last.failed && last.goal > refunded && !isMade(ledger, last));
}

/** Whether a refund of a request is known, whatever became of it. */
export function isKnown({ refunds }: RefundLedger, request: RefundRequest): boolean {
  return Object.values(refunds).some(({ refundId }) => isOf(refundId, request));
}

/** Whether a refund of a request is on its way, or made. */
export function isStanding({ refunds }: RefundLedger, request: RefundRequest): boolean {
  return Object.values(refunds).some(({ status, refundId }) => status !== 'failed' && isOf(refundId, request));
}

function isMade({ refunds }: RefundLedger, request: RefundRequest): boolean {
  return Object.values(refunds).some(({ status, refundId }) => status === 'succeeded' && isOf(refundId, request));
}

/** The refund state shown beside the order's status; depends on the set of messages alone. */
export function refundStatusOf(ledger: RefundLedger, order: RefundedOrder, refunded: number): RefundStatus {
  if (refunded > 0 && refunded >= order.total) return 'succeeded';
  const known = ownRefunds(ledger, order);
  const pending = known.some(({ status }) => status === 'pending');
  if (refundGoal(ledger) > refunded) {
    if (pending) return 'requested';
    const failed = known.filter(({ status, superseded }) => status === 'failed' && !superseded);
    if (failed.some(({ refundId }) => refundId === undefined)) return 'failed';
    if (openRequest(ledger)) return 'requested';
    if (failed.length > 0) return 'failed';
    // What bounced before the last request is an operator's to ask for again; that request itself is done.
    return refunded > 0 ? 'partial' : 'requested';
  }
  if (refunded > 0) return 'partial';
  if (pending) return 'requested';
  return known.some(({ status }) => status === 'failed') ? 'failed' : 'none';
}
