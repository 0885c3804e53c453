import pLimit from 'p-limit';
import { availableToPromise, type InventoryItem, type InventoryState } from '../domain/inventory/state.js';
import { isRejection, type Rejection, reject } from '../domain/shared/decider.js';
import type { OrderId, Sku } from '../domain/shared/ids.js';
import { inventory } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { CommandContext } from './use-cases.js';

/** Streams written at once for one order: enough to hide the store's latency, too few to crowd out others. */
const concurrency = 8;

export interface StockRequest {
  readonly orderId: OrderId;
  /** One entry per SKU. */
  readonly quantities: ReadonlyMap<Sku, number>;
  readonly at: string;
  readonly expiresAt: string;
  /** An order that exists keeps on failure what it holds, because it will be tried again; a new one gives it back. */
  readonly keepOnFailure?: boolean;
}

/**
 * Reserves every SKU of an order or none: on any refusal what was taken is given back.
 *
 * The SKU that is nearest to its end is taken first, alone, and nothing while another is known to be short: orders that
 * want the same goods then queue up at the same SKU, instead of each holding what another one lacks.
 *
 * Repeating it for an order that holds its stock changes nothing.
 * @returns the SKUs as they are now, or a refusal: `unknown-sku` before `not-for-sale` before `insufficient-stock`; its
 * facts list every SKU that was refused, as ordered
 */
export async function reserveStock(
  handler: CommandHandler,
  request: StockRequest,
  context: CommandContext,
): Promise<ReadonlyMap<Sku, InventoryItem> | Rejection> {
  const { orderId, at } = request;
  const { refusals, scarcest, others } = await survey(handler, request);
  const attempts = refusals.size > 0 ? [] : await take(handler, request, { scarcest, others }, context);

  const items = new Map<Sku, InventoryItem>();
  for (const tried of attempts) {
    if (tried.status === 'rejected') continue;
    const { sku, outcome } = tried.value;
    if (isRejection(outcome)) refusals.set(sku, outcome);
    else if (outcome) items.set(sku, outcome);
  }
  if (items.size === request.quantities.size) return items;

  // A SKU whose attempt failed may be reserved nevertheless: the answer can have been lost on its way back.
  const skus = [...request.quantities.keys()].filter((sku) => !refusals.has(sku));
  const giveBack = () => releaseStock(handler, { orderId, skus, reason: 'refused', at }, context);
  const failure = attempts.find((tried) => tried.status === 'rejected');
  if (failure) {
    // What cannot be released now, the reservation's own time-out gives back.
    if (!request.keepOnFailure) await giveBack().catch(() => undefined);
    throw failure.reason;
  }
  await giveBack();
  return refusalOf(request, refusals);
}

/** What no wait for stock will mend comes first. */
const precedence = ['unknown-sku', 'not-for-sale', 'insufficient-stock'];

/** One answer for all SKUs that were refused; the same whichever of them was looked at first. */
function refusalOf({ orderId, quantities }: StockRequest, refusals: ReadonlyMap<Sku, Rejection>): Rejection {
  const refused = [...quantities.keys()].flatMap((sku) => refusals.get(sku) ?? []);
  const [first] = refused.toSorted((a, b) => precedence.indexOf(a.code) - precedence.indexOf(b.code));
  if (!first) throw new Error(`the stock of ${orderId} was neither taken nor refused`);
  return { ...first, facts: { items: refused.map(({ code, facts }) => ({ code, ...facts })) } };
}

type Attempt = PromiseSettledResult<{ sku: Sku; outcome: InventoryState | Rejection }>;
type Quantity = readonly [sku: Sku, quantity: number];

/** Looks at every SKU without taking any: what would be refused now, and which of them is nearest to its end. */
async function survey(
  handler: CommandHandler,
  request: StockRequest,
): Promise<{ refusals: Map<Sku, Rejection>; scarcest: Quantity[]; others: Quantity[] }> {
  const quantities = [...request.quantities];
  // The only SKU of an order needs no look: its attempt tells the same.
  if (quantities.length < 2) return { refusals: new Map(), scarcest: quantities, others: [] };
  const limit = pLimit(concurrency);
  const refusals = new Map<Sku, Rejection>();
  const left = new Map<Sku, number>();
  await Promise.all(
    quantities.map(([sku, quantity]) =>
      limit(async () => {
        const { state } = await handler.load(inventory, sku);
        const outcome = inventory.decider.decide(reserve(request, quantity), state);
        if (isRejection(outcome)) refusals.set(sku, await explain(handler, sku, outcome));
        left.set(sku, availableToPromise(state) - quantity);
      }),
    ),
  );
  const [first, ...others] = quantities.sort(([a], [b]) => (left.get(a) ?? 0) - (left.get(b) ?? 0) || (a < b ? -1 : 1));
  return { refusals, scarcest: first ? [first] : [], others };
}

/** The others only once the scarcest is taken. */
async function take(
  handler: CommandHandler,
  request: StockRequest,
  { scarcest, others }: { scarcest: readonly Quantity[]; others: readonly Quantity[] },
  context: CommandContext,
): Promise<Attempt[]> {
  const first = await attempt(handler, request, scarcest, context);
  const isTaken = first.every((tried) => tried.status === 'fulfilled' && !isRejection(tried.value.outcome));
  return isTaken ? [...first, ...(await attempt(handler, request, others, context))] : first;
}

async function attempt(
  handler: CommandHandler,
  request: StockRequest,
  quantities: readonly Quantity[],
  context: CommandContext,
): Promise<Attempt[]> {
  const limit = pLimit(concurrency);
  return Promise.allSettled(
    quantities.map(([sku, quantity]) =>
      limit(async () => {
        const handled = await handler.handle(inventory, sku, reserve(request, quantity), context);
        return { sku, outcome: isRejection(handled) ? await explain(handler, sku, handled) : handled.state };
      }),
    ),
  );
}

function reserve({ orderId, at, expiresAt }: StockRequest, quantity: number) {
  return { type: 'Reserve', orderId, quantity, expiresAt, at } as const;
}

/** Gives back whatever the order still holds of these SKUs. */
export async function releaseStock(
  handler: CommandHandler,
  request: {
    orderId: OrderId;
    skus: Iterable<Sku>;
    reason: 'refused' | 'expired' | 'cancelled';
    at: string;
  },
  context: CommandContext,
): Promise<void> {
  const limit = pLimit(concurrency);
  const { orderId, reason, at } = request;
  await Promise.all(
    [...request.skus].map((sku) =>
      limit(() => handler.handle(inventory, sku, { type: 'Release', orderId, reason, at }, context)),
    ),
  );
}

/** Quantities summed per SKU, in the order of their first line. */
export function quantitiesBySku(lines: Iterable<{ sku: Sku; quantity: number }>): Map<Sku, number> {
  const quantities = new Map<Sku, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

/** What was never listed is not for sale either, but the buyer is told which of the two it is. */
async function explain(handler: CommandHandler, sku: Sku, refusal: Rejection): Promise<Rejection> {
  if (refusal.code !== 'not-for-sale') return refusal;
  const { state } = await handler.load(inventory, sku);
  return state ? refusal : reject('unknown-sku', `there is no product with the SKU ${sku}`, { sku });
}
