import { v5 as uuidv5 } from 'uuid';
import { brands, inventory } from '../../commands/aggregates.js';
import { EventUnreadable } from '../../commands/event-unreadable.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { CommandContext } from '../../commands/use-cases.js';
import { brandIdOf } from '../../domain/brand/brand-id.js';
import type { CatalogueItem } from '../../domain/inventory/commands.js';
import { committedOrders } from '../../domain/inventory/state.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { BrandId, Sku } from '../../domain/shared/ids.js';
import type { RejectedItem } from '../../domain/sync/events.js';
import { concurrently } from '../concurrently.js';
import type { Changes } from './changes.js';
import type { ExportedBefore } from './exported-before.js';
import type { PlacedItem } from './packed-items.js';
import type { StillRunning } from './still-running.js';

export interface Counts {
  created: number;
  changed: number;
  delisted: number;
  rejected: RejectedItem[];
}

export interface TakeOver {
  readonly handler: CommandHandler;
  /** Its items are used up. */
  readonly changes: Changes;
  readonly syncId: string;
  /** See `ApplySnapshotItem`. */
  readonly snapshotAt: string;
  readonly exportedBefore: ExportedBefore;
  readonly stillRunning: StillRunning;
  readonly context: CommandContext;
  readonly signal: AbortSignal | undefined;
  onProgress(done: number, total: number): void;
}

/** Streams worked on at once: more than the adapter appends at a time, so that the next ones are decided meanwhile. */
const streamsAtOnce = 192;
/** Namespace of product ids, which are derived from the SKU; any fixed UUID will do. */
const productNamespace = '0b9a3a52-96a2-4c5d-8d0e-0a4f6f6a1c11';

/** Brings the streams of all SKUs to what a snapshot says, and takes off sale what it no longer has. */
export async function takeOver(run: TakeOver): Promise<Counts> {
  const counts: Counts = { created: 0, changed: 0, delisted: 0, rejected: [...run.changes.rejected] };
  const { items, absent } = run.changes;
  const total = items.size + absent.length;
  let done = 0;
  const step = () => {
    done += 1;
    run.onProgress(done, total);
  };

  await registerBrands(run);
  const brandIds = new Map<string, BrandId>();
  await concurrently(
    items.take(),
    streamsAtOnce,
    async (placed) => {
      const fault = await faultOf(() => applyItem(run, placed, brandIds, counts));
      if (fault !== null) counts.rejected.push({ sku: placed.item.sku, index: placed.index, reason: fault });
      step();
    },
    run.signal,
  );
  await concurrently(
    absent,
    streamsAtOnce,
    async (sku) => {
      await run.stillRunning();
      // It has no row to reject; that its stream is parked is told.
      await faultOf(() => delist(run, sku, counts));
      step();
    },
    run.signal,
  );
  return counts;
}

/** A stream that cannot be read keeps no other from being brought up to date. @returns why it cannot, else null */
async function faultOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof EventUnreadable) return error.message;
    throw error;
  }
}

async function delist({ handler, syncId, snapshotAt, context }: TakeOver, sku: Sku, counts: Counts): Promise<void> {
  const handled = await handler.handle(inventory, sku, { type: 'Delist', syncId, snapshotAt }, context);
  if (!isRejection(handled) && handled.events.length > 0) counts.delisted += 1;
}

async function applyItem(
  { handler, changes: { index: known }, syncId, snapshotAt, exportedBefore, stillRunning, context }: TakeOver,
  { item, index: place }: PlacedItem,
  brandIds: Map<string, BrandId>,
  counts: Counts,
): Promise<void> {
  const brandId = brandIds.get(item.brand) ?? brandIdOf(item.brand);
  brandIds.set(item.brand, brandId);
  const wanted: CatalogueItem = { ...item, productId: uuidv5(item.sku, productNamespace), brandId };
  const assumeNew = known.current && !known.entries.has(item.sku);
  const exported = assumeNew
    ? []
    : await exportedBefore(committedOrders((await handler.load(inventory, item.sku)).state));
  const command = { type: 'ApplySnapshotItem', item: wanted, syncId, snapshotAt, exported } as const;
  await stillRunning();
  const handled = await handler.handle(inventory, item.sku, command, context, { assumeNew });
  if (isRejection(handled)) counts.rejected.push({ sku: item.sku, index: place, reason: handled.detail });
  else if (handled.events.some(({ type }) => type === 'ProductListed')) counts.created += 1;
  else if (handled.events.some(({ type }) => type !== 'ReservationSettled')) counts.changed += 1;
}

/** Brands of items left alone were registered when the item was last written. */
async function registerBrands({ handler, changes, snapshotAt, context }: TakeOver): Promise<void> {
  const names = new Map<BrandId, string>();
  for (const name of changes.items.brands) {
    const brandId = brandIdOf(name);
    if (!names.has(brandId)) names.set(brandId, name);
  }
  await concurrently(names, streamsAtOnce, async ([brandId, name]) => {
    const command = { type: 'RegisterBrand', brandId, name, at: snapshotAt } as const;
    await faultOf(async () => void (await handler.handle(brands, brandId, command, context)));
  });
}
