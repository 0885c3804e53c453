import { beforeEach, describe, expect, it } from 'vitest';
import { inventorySyncs } from '../../../src/commands/aggregates.js';
import { type CommandHandler, createCommandHandler } from '../../../src/commands/handler.js';
import type { Metrics } from '../../../src/commands/ports.js';
import { asSku } from '../../../src/domain/shared/ids.js';
import { EffectPostponed } from '../../../src/processes/effects/effect.js';
import { createSummaries } from '../../../src/processes/inventory/page-summary.js';
import type { SyncProgress } from '../../../src/processes/inventory/progress.js';
import { runInventorySync, type SyncDeps } from '../../../src/processes/inventory/sync.js';
import { type InventoryPage, type Warehouse, WarehouseError } from '../../../src/processes/ports/warehouse.js';
import { snapshotFingerprint } from '../../../src/projections/models/products.js';
import { item } from '../../support/inventory.js';
import { clock, context, locks } from '../../support/known-order.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { minute } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';
import { silentLogger } from '../../support/telemetry.js';

const request = { syncId: 's1', date: minute(60).slice(0, 10), trigger: 'manual', force: false } as const;
const page = (total: number): InventoryPage => ({ received: 0, total, readings: () => [] });
const full = (count: number): InventoryPage => ({
  received: count,
  total: count,
  readings: () => Array.from({ length: count }, (_, n) => ({ ok: true, item: { ...item, sku: asSku(`S${n}`) } })),
});

let handler: CommandHandler;
let downloads: number;
let captured: unknown[];
let counted: unknown[];
let shown: SyncProgress[];
beforeEach(() => {
  [downloads, captured, counted, shown] = [0, [], [], []];
});

/** A process that reads these pages of the warehouse's inventory each time. */
function createRun(...pages: (InventoryPage | Error)[]) {
  const eventStore = createMemoryStore();
  handler = createCommandHandler({ eventStore, personalData: memoryPersonalData(), clock });
  const warehouse = {
    async *inventory() {
      downloads += 1;
      for (const one of pages) {
        if (one instanceof Error) throw one;
        yield one;
      }
    },
  } as unknown as Warehouse;
  const count = (...what: unknown[]) => void counted.push(what);
  const metrics: Metrics = { increment: count, set: count, observe: count };
  return (more: Partial<SyncDeps> = {}) =>
    runInventorySync(
      {
        handler,
        warehouse,
        metrics,
        locks,
        clock,
        effects: { request: async () => undefined },
        logger: silentLogger,
        reporter: { capture: (error) => void captured.push(error) },
        syncProgress: { write: (progress) => void shown.push(progress), read: async () => null },
        storedEvents: eventStore,
        projections: { queries: { syncs: async () => [] }, latestSnapshotAt: async () => null },
        snapshotIndex: async () => ({ entries: new Map(), current: true }),
        summarise: createSummaries(snapshotFingerprint),
        ...more,
      },
      request,
      context,
    );
}
const outcome = async () => (await handler.load(inventorySyncs, request.date)).state.s1;

describe('a run', () => {
  const away = new WarehouseError('unknown', 'the warehouse is away', { method: 'GET', route: '/' });
  const took = ['portal_inventory_sync_duration_seconds', 0];

  it.each([
    ['completed', page(0), [['portal_inventory_sync_products', 0], took]],
    ['failed', away, [took]],
  ] as const)('that has %s is counted, and not begun again', async (result, answer, figures) => {
    const run = createRun(answer);
    await run();
    await run();
    expect([await outcome(), downloads]).toEqual([result, 1]);
    expect(counted).toEqual([['portal_inventory_sync_runs_total', { result }], ...figures]);
  });

  it('shows what it downloads, and is left to another process when this one stops, however much is left', async () => {
    const run = createRun(full(500));
    const stop = new AbortController();
    let handled = 0;
    const stopping: CommandHandler = {
      ...handler,
      async handle(aggregate, ...command) {
        if (aggregate.category === 'inventory') {
          handled += 1;
          stop.abort();
        }
        return handler.handle(aggregate, ...command);
      },
    };
    await expect(run({ handler: stopping, signal: stop.signal })).rejects.toThrow(EffectPostponed);
    expect(await outcome()).toBe('running');
    expect(handled).toBeLessThan(500);
    expect(shown[0]).toEqual({ syncId: 's1', phase: 'download', done: 500, total: 500 });
  });

  it('is read three times at most where items move between the pages, and fails then', async () => {
    const run = createRun(page(0), page(1));
    await run();
    expect([await outcome(), downloads]).toEqual(['failed', 3]);
    expect(captured).toMatchObject([{ name: 'SnapshotDoubted', message: expect.stringContaining('time and again') }]);
  });
});
