import pLimit from 'p-limit';
import { v5 as uuidv5 } from 'uuid';
import { brands, inventory, inventorySyncs } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, ErrorReporter, Locks, Logger, Metrics } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import { brandIdOf } from '../../domain/brand/brand-id.js';
import type { CatalogueItem } from '../../domain/inventory/commands.js';
import type { InventoryEvent } from '../../domain/inventory/events.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { RejectedItem } from '../../domain/sync/events.js';
import type { SnapshotItem, Warehouse } from '../ports/warehouse.js';
import { doubtAbout, downloadSnapshot, type Snapshot } from './snapshot.js';

export interface SyncDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** What the read model knows of each SKU, or null when it is too far behind to be relied on. */
  snapshotIndex(): Promise<SnapshotIndex | null>;
  /** One value for all that a snapshot says of a SKU: equal values mean there is nothing to change. */
  fingerprint(item: SnapshotItem): string;
}

export type SnapshotIndex = ReadonlyMap<
  string,
  { readonly fingerprint: string; readonly listed: boolean; readonly unsettledSince: string | null }
>;

export interface SyncRequest {
  readonly syncId: string;
  /** Day of the request, `YYYY-MM-DD`: names the stream. */
  readonly date: string;
  readonly trigger: 'manual' | 'schedule' | 'startup';
  readonly force: boolean;
}

/** Streams written at once: fills the event store's group commit. */
const concurrency = 64;
/** Namespace of product ids, which are derived from the SKU; any fixed UUID will do. */
const productNamespace = '0b9a3a52-96a2-4c5d-8d0e-0a4f6f6a1c11';

/**
 * Takes over the warehouse's inventory. Every outcome ends in an event; a failure changes nothing else and is not
 * repeated before the next run.
 */
export async function runInventorySync(deps: SyncDeps, request: SyncRequest, context: CommandContext): Promise<void> {
  const { handler, clock, metrics } = deps;
  const logger = deps.logger.child({ syncId: request.syncId });
  const { syncId, trigger, force } = request;
  const started = clock.now();
  const record = (command: Parameters<typeof inventorySyncs.decider.decide>[0]) =>
    handler.handle(inventorySyncs, request.date, command, context);
  const elapsed = () => clock.now().getTime() - started.getTime();

  await deps.locks.exclusively('inventory-sync', async () => {
    const { state: runs } = await handler.load(inventorySyncs, request.date);
    if (runs[syncId] === 'completed' || runs[syncId] === 'failed') return;
    await record({ type: 'StartSync', syncId, trigger, force, at: started.toISOString() });
    logger.info({ trigger, force }, 'inventory sync started');
    try {
      const snapshotAt = clock.now().toISOString();
      const snapshot = await downloadSnapshot(deps.warehouse, (progress) =>
        logger.info(progress, 'inventory sync downloads'),
      );
      const counts = await takeOver(deps, request, snapshot, snapshotAt, context);
      const at = clock.now().toISOString();
      const durationMs = elapsed();
      await record({
        type: 'CompleteSync',
        syncId,
        received: snapshot.received,
        ...counts,
        snapshotAt,
        at,
        durationMs,
      });
      metrics.increment('portal_inventory_sync_runs_total', { result: 'completed' });
      metrics.set('portal_inventory_sync_products', snapshot.received);
      logger.info({ ...counts, rejected: counts.rejected.length, durationMs }, 'inventory sync completed');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await record({ type: 'FailSync', syncId, error: reason, at: clock.now().toISOString(), durationMs: elapsed() });
      metrics.increment('portal_inventory_sync_runs_total', { result: 'failed' });
      deps.reporter.capture(error, { syncId });
      logger.error({ err: error }, 'inventory sync failed, the previous stock stays');
    } finally {
      metrics.observe('portal_inventory_sync_duration_seconds', elapsed() / 1000);
    }
  });
}

interface Counts {
  created: number;
  changed: number;
  delisted: number;
  rejected: RejectedItem[];
}

async function takeOver(
  deps: SyncDeps,
  { syncId, force }: SyncRequest,
  snapshot: Snapshot,
  snapshotAt: string,
  context: CommandContext,
): Promise<Counts> {
  const { handler, clock } = deps;
  const index = await deps.snapshotIndex();
  const listed = [...(index ?? [])].filter(([, entry]) => entry.listed).map(([sku]) => sku);
  const doubt = doubtAbout(snapshot, listed.length);
  if (doubt && !force) throw new Error(doubt);

  const counts: Counts = { created: 0, changed: 0, delisted: 0, rejected: [...snapshot.rejected] };
  const limit = pLimit(concurrency);

  await registerBrands(handler, snapshot, clock.now().toISOString(), context);
  const work = [...snapshot.items.values()].filter((item) => mayChange(item, index, snapshotAt, deps.fingerprint));
  await limit.map(work, async (item) => {
    const command = { type: 'ApplySnapshotItem', item: toCatalogueItem(item), syncId, snapshotAt } as const;
    const handled = await handler.handle(inventory, item.sku, command, context, {
      assumeNew: index !== null && !index.has(item.sku),
    });
    if (isRejection(handled)) {
      counts.rejected.push({ sku: item.sku, index: -1, reason: handled.detail });
    } else if (handled.events.some(({ type }) => type === 'ProductListed')) {
      counts.created += 1;
    } else if (handled.events.some(isVisibleChange)) {
      counts.changed += 1;
    }
  });

  // An item that is there but unusable is no reason to take its SKU off sale.
  const present = new Set([...snapshot.items.keys(), ...snapshot.rejected.map(({ sku }) => sku)]);
  await limit.map(
    listed.filter((sku) => !present.has(sku)),
    async (sku) => {
      const handled = await handler.handle(inventory, sku, { type: 'Delist', syncId, snapshotAt }, context);
      if (!isRejection(handled) && handled.events.length > 0) counts.delisted += 1;
    },
  );
  return counts;
}

function mayChange(
  item: SnapshotItem,
  index: SnapshotIndex | null,
  snapshotAt: string,
  fingerprint: SyncDeps['fingerprint'],
): boolean {
  const known = index?.get(item.sku);
  if (!known?.listed) return true;
  const settles = known.unsettledSince !== null && known.unsettledSince < snapshotAt;
  return settles || known.fingerprint !== fingerprint(item);
}

async function registerBrands(
  handler: CommandHandler,
  snapshot: Snapshot,
  at: string,
  context: CommandContext,
): Promise<void> {
  const names = new Map([...snapshot.items.values()].map(({ brand }) => [brandIdOf(brand), brand]));
  for (const [brandId, name] of names) {
    await handler.handle(brands, brandId, { type: 'RegisterBrand', brandId, name, at }, context);
  }
}

function toCatalogueItem(item: SnapshotItem): CatalogueItem {
  return { ...item, productId: uuidv5(item.sku, productNamespace), brandId: brandIdOf(item.brand) };
}

function isVisibleChange({ type }: InventoryEvent): boolean {
  return type !== 'ReservationSettled';
}
