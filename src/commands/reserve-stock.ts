import pLimit from 'p-limit';
import type { InventoryItem } from '../domain/inventory/state.js';
import { isRejection, type Rejection, reject } from '../domain/shared/decider.js';
import { inventory } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { CommandContext } from './use-cases.js';

/** Streams written at once for one order: enough to hide the store's latency, too few to crowd out others. */
const concurrency = 8;

export interface StockRequest {
  readonly orderId: string;
  /** One entry per SKU. */
  readonly quantities: ReadonlyMap<string, number>;
  readonly at: string;
  readonly expiresAt: string;
  /** An order that exists keeps on failure what it holds, because it will be tried again; a new one gives it back. */
  readonly keepOnFailure?: boolean;
}

/**
 * Reserves every SKU of an order or none: on any refusal what was taken is given back.
 *
 * Repeating it for an order that holds its stock changes nothing.
 * @returns the SKUs as they are now, or the first refusal: `unknown-sku`, `not-for-sale` or `insufficient-stock`, whose
 * facts list every SKU that was refused
 */
export async function reserveStock(
  handler: CommandHandler,
  request: StockRequest,
  context: CommandContext,
): Promise<ReadonlyMap<string, InventoryItem> | Rejection> {
  const limit = pLimit(concurrency);
  const { orderId, at, expiresAt } = request;
  const attempts = await Promise.allSettled(
    [...request.quantities].map(([sku, quantity]) =>
      limit(async () => {
        const command = { type: 'Reserve', orderId, quantity, expiresAt, at } as const;
        const handled = await handler.handle(inventory, sku, command, context);
        return { sku, outcome: isRejection(handled) ? await explain(handler, sku, handled) : handled.state };
      }),
    ),
  );

  const items = new Map<string, InventoryItem>();
  const refusals = new Map<string, Rejection>();
  for (const attempt of attempts) {
    if (attempt.status === 'rejected') continue;
    const { sku, outcome } = attempt.value;
    if (isRejection(outcome)) refusals.set(sku, outcome);
    else if (outcome) items.set(sku, outcome);
  }
  if (items.size === request.quantities.size) return items;

  // A SKU whose attempt failed may be reserved nevertheless: the answer can have been lost on its way back.
  const skus = [...request.quantities.keys()].filter((sku) => !refusals.has(sku));
  const giveBack = () => releaseStock(handler, { orderId, skus, reason: 'refused', at }, context);
  const failure = attempts.find((attempt) => attempt.status === 'rejected');
  if (failure) {
    // What cannot be released now, the reservation's own time-out gives back.
    if (!request.keepOnFailure) await giveBack().catch(() => undefined);
    throw failure.reason;
  }
  await giveBack();
  const [first] = refusals.values();
  if (!first) throw new Error(`the stock of ${orderId} was neither taken nor refused`);
  return { ...first, facts: { items: [...refusals.values()].map(({ code, facts }) => ({ code, ...facts })) } };
}

/** Gives back whatever the order still holds of these SKUs. */
export async function releaseStock(
  handler: CommandHandler,
  request: {
    orderId: string;
    skus: Iterable<string>;
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
export function quantitiesBySku(lines: Iterable<{ sku: string; quantity: number }>): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

async function explain(handler: CommandHandler, sku: string, refusal: Rejection): Promise<Rejection> {
  if (refusal.code !== 'not-for-sale') return refusal;
  const { state } = await handler.load(inventory, sku);
  return state ? refusal : reject('unknown-sku', `there is no product with the SKU ${sku}`, { sku });
}
