import type { RejectionCode } from '../../domain/shared/decider.js';

/**
 * Every problem the API answers with, by its stable code. `advice` says what the caller can do; docs/reference/problems.md
 * is this table as a page.
 */
export const problems = {
  'validation-failed': entry(
    400,
    'The request is not valid',
    'Correct the fields named in `errors`; nothing was changed.',
  ),
  'malformed-request': entry(
    400,
    'The request cannot be read',
    'The address, a header or the JSON is broken; send a well-formed request.',
  ),
  'bad-signature': entry(
    400,
    'The webhook signature does not match',
    'Check the signing secret, and that the body reaches the portal byte for byte.',
  ),
  'invalid-cursor': entry(
    400,
    'The cursor is not valid',
    'Use `nextCursor` exactly as it was answered, with the same filter, or start again without one.',
  ),
  'invalid-position': entry(
    400,
    'The event position is not valid',
    'Send `X-Min-Event-Position` exactly as `X-Event-Position` was answered, and `Last-Event-ID` as the last `id` was. ' +
      'The event store may have been put back to an older copy: then follow the events without it, and read your lists anew.',
  ),
  unauthenticated: entry(401, 'A credential is needed', 'Send a valid bearer token.'),
  forbidden: entry(403, 'The credential does not allow this', 'Ask for a role that has this right.'),
  'not-found': entry(404, 'Not found', 'Check the address and the id; what belongs to others is not found either.'),
  'method-not-allowed': entry(405, 'The method is not allowed here', 'Use one of the methods in `Allow`.'),
  'request-timeout': entry(408, 'The request took too long to arrive', 'Send it again.'),
  'already-exists': entry(409, 'It exists already', 'Use what exists.'),
  'insufficient-stock': entry(
    409,
    'There is not enough stock',
    'Order no more than `facts` says is available, or wait for stock.',
  ),
  'illegal-transition': entry(
    409,
    'The order cannot change that way',
    'Read the order; its present status does not lead to the one asked for.',
  ),
  'already-cancelled': entry(409, 'The order is cancelled', 'Place a new order.'),
  'already-shipped': entry(409, 'The order has been shipped', 'A shipped order can no longer be cancelled.'),
  'not-paid': entry(409, 'The order is not paid', 'Wait until it is paid.'),
  'payment-mismatch': entry(409, 'The payment does not match the order', 'An operator has to look at it.'),
  'precondition-failed': entry(
    412,
    'It is not as `If-Match` says',
    'Read it again, look whether the change is still meant, and send it with the new `ETag`.',
  ),
  'payload-too-large': entry(413, 'The body is too large', 'Send less.'),
  'uri-too-long': entry(414, 'The address is too long', 'Shorten the id or the query.'),
  'unsupported-media-type': entry(415, 'The content type is not supported', 'Send `Content-Type: application/json`.'),
  'misdirected-request': entry(
    421,
    'The request names another host',
    'Use the address of this machine: without access control the portal answers to `localhost` only.',
  ),
  'unknown-sku': entry(422, 'A SKU is not known', 'Order SKUs of the product list; `facts` names the unknown ones.'),
  'not-for-sale': entry(422, 'A product is not for sale', 'Leave out the SKUs named in `facts`.'),
  'quantity-limit-exceeded': entry(
    422,
    'Too many pieces of one product',
    'Order no more of a SKU, over all its lines, than `facts` allows; for more, ask an operator.',
  ),
  'unknown-delivery-zone': entry(
    422,
    'The delivery zone does not reach the address',
    'Name another zone, or none; `facts` names the beginnings of the postal codes it reaches.',
  ),
  'payment-refused': entry(
    422,
    'The payment provider refuses this payment',
    'Asking again changes nothing: an operator has to look at it. `facts` has the reason; unpaid, the order lapses.',
  ),
  'idempotency-key-reused': entry(
    422,
    'The idempotency key was used for another request',
    'Use a new key for a new order or refund.',
  ),
  'invalid-command': entry(422, 'The request makes no sense for this order', 'Read `detail`; nothing was changed.'),
  'rate-limited': entry(
    429,
    'Too many requests',
    'Send it again after `Retry-After`; `RateLimit-Remaining` tells in time how many are left.',
  ),
  'too-many-streams': entry(429, 'Too many open event streams', 'Close one, or share one among its readers.'),
  'headers-too-large': entry(431, 'The headers are too large', 'Send fewer or shorter headers.'),
  'history-unreadable': entry(
    500,
    'What is recorded cannot be read',
    'Repeating it does not help until an operator has mended it. `facts` names the event or its stream; `portal order history ID` ' +
      'shows an order as far as it can be read, `portal projections parked` what else stands still for it.',
  ),
  'internal-error': entry(
    500,
    'Something went wrong here',
    'Nothing is known to be wrong with the request. Report the correlation id.',
  ),
  'newer-release-needed': entry(
    503,
    'A newer release has recorded this',
    'Send it again after `Retry-After`: while releases change, another process can read it. Where it stays, an operator ' +
      'runs the newer release; `facts` names the event, `portal projections parked` shows what stands still for it.',
  ),
  'payment-unavailable': entry(
    503,
    'The payment provider cannot be reached',
    'The order stands; ask for its payment again after `Retry-After`.',
  ),
  busy: entry(503, 'Too many changes at once', 'Nothing was changed; send it again after `Retry-After`.'),
  unavailable: entry(
    503,
    'A part of the portal cannot be reached',
    'Send it again after `Retry-After`; a write may have happened, so repeat it with its idempotency key.',
  ),
  'not-yet-consistent': entry(
    503,
    'The read models have not caught up yet',
    'Read again after `Retry-After`; a write this answers has happened, do not repeat it.',
  ),
} as const satisfies Record<RejectionCode, ProblemEntry> & Record<string, ProblemEntry>;

export type ProblemCode = keyof typeof problems;

export interface ProblemEntry {
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

/** What folding a stream can end in. */
export const streamProblems = ['history-unreadable', 'newer-release-needed'] as const;

export function isStreamProblem(code: ProblemCode): boolean {
  return streamProblems.some((one) => one === code);
}

/** The problem's `type`: a relative URL this server answers with the entry. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

function entry(status: number, title: string, advice: string): ProblemEntry {
  return { status, title, advice };
}
