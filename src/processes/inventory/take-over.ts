import { v5 as uuidv5 } from 'uuid';
import { brands, inventory } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { CommandContext } from '../../commands/use-cases.js';
import { brandIdOf } from '../../domain/brand/brand-id.js';
import type { CatalogueItem } from '../../domain/inventory/commands.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { RejectedItem } from '../../domain/sync/events.js';
import { concurrently } from '../concurrently.js';
import type { SnapshotItem } from '../ports/warehouse.js';
import type { PlacedItem, Snapshot } from './snapshot.js';

/** What the read model knows of the SKUs. */
export interface SnapshotIndex {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** False when the read model may be behind: then no stream is left alone on its word. */
  readonly current: boolean;
}

interface IndexEntry {
  readonly fingerprint: string;
  readonly listed: boolean;
  readonly unsettledSince: string | null;
}

export interface Counts {
  created: number;
  changed: number;
  delisted: number;
  rejected: RejectedItem[];
}

export interface TakeOver {
  readonly handler: CommandHandler;
  readonly index: SnapshotIndex;
  readonly snapshot: Snapshot;
  readonly syncId: string;
  /** When the snapshot was requested. */
  readonly snapshotAt: string;
  readonly context: CommandContext;
  readonly signal?: AbortSignal;
  fingerprint(item: SnapshotItem): string;
  onProgress(done: number, total: number): void;
}

/** Streams worked on at once: more than the adapter appends at a time, so that the next ones are decided meanwhile. */
const streamsAtOnce = 192;
/** Namespace of product ids, which are derived from the SKU; any fixed UUID will do. */
const productNamespace = '0b9a3a52-96a2-4c5d-8d0e-0a4f6f6a1c11';

/** Brings the streams of all SKUs to what a snapshot says, and takes off sale what it no longer has. */
export async function takeOver(run: TakeOver): Promise<Counts> {
  const counts: Counts = { created: 0, changed: 0, delisted: 0, rejected: [...run.snapshot.rejected] };
  const items = [...run.snapshot.items.values()].filter((placed) => mayChange(run, placed));
  const gone = missing(run);
  const total = items.length + gone.length;
  let done = 0;
  const step = () => {
    done += 1;
    run.onProgress(done, total);
  };

  await registerBrands(run, items);
  const brandIds = new Map<string, string>();
  await concurrently(
    items,
    streamsAtOnce,
    async (placed) => {
      await applyItem(run, placed, brandIds, counts);
      step();
    },
    run.signal,
  );
  await concurrently(
    gone,
    streamsAtOnce,
    async (sku) => {
      const command = { type: 'Delist', syncId: run.syncId, snapshotAt: run.snapshotAt } as const;
      const handled = await run.handler.handle(inventory, sku, command, run.context);
      if (!isRejection(handled) && handled.events.length > 0) counts.delisted += 1;
      step();
    },
    run.signal,
  );
  return counts;
}

async function applyItem(
  { handler, index, syncId, snapshotAt, context }: TakeOver,
  { item, index: place }: PlacedItem,
  brandIds: Map<string, string>,
  counts: Counts,
): Promise<void> {
  const brandId = brandIds.get(item.brand) ?? brandIdOf(item.brand);
  brandIds.set(item.brand, brandId);
  const wanted: CatalogueItem = { ...item, productId: uuidv5(item.sku, productNamespace), brandId };
  const command = { type: 'ApplySnapshotItem', item: wanted, syncId, snapshotAt } as const;
  const assumeNew = index.current && !index.entries.has(item.sku);
  const handled = await handler.handle(inventory, item.sku, command, context, { assumeNew });
  if (isRejection(handled)) counts.rejected.push({ sku: item.sku, index: place, reason: handled.detail });
  else if (handled.events.some(({ type }) => type === 'ProductListed')) counts.created += 1;
  else if (handled.events.some(({ type }) => type !== 'ReservationSettled')) counts.changed += 1;
}

function mayChange({ index, snapshotAt, fingerprint }: TakeOver, { item }: PlacedItem): boolean {
  const known = index.current ? index.entries.get(item.sku) : undefined;
  if (!known?.listed) return true;
  const settles = known.unsettledSince !== null && known.unsettledSince < snapshotAt;
  return settles || known.fingerprint !== fingerprint(item);
}

/** Listed SKUs that the snapshot does not have. An item that is there but unusable is no reason to take its SKU off. */
function missing({ index, snapshot }: TakeOver): string[] {
  const unusable = new Set(snapshot.rejected.map(({ sku }) => sku));
  return [...index.entries].flatMap(([sku, { listed }]) =>
    listed && !snapshot.items.has(sku) && !unusable.has(sku) ? [sku] : [],
  );
}

/** Brands of items left alone were registered when the item was last written. */
async function registerBrands({ handler, snapshotAt, context }: TakeOver, items: readonly PlacedItem[]): Promise<void> {
  const spellings = new Set(items.map(({ item }) => item.brand));
  const names = new Map<string, string>();
  for (const name of spellings) {
    const brandId = brandIdOf(name);
    if (!names.has(brandId)) names.set(brandId, name);
  }
  await concurrently(names, streamsAtOnce, async ([brandId, name]) => {
    await handler.handle(brands, brandId, { type: 'RegisterBrand', brandId, name, at: snapshotAt }, context);
  });
}
