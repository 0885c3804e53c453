import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asSku } from '../../../src/domain/shared/ids.js';
import type { SyncState } from '../../../src/domain/sync/decider.js';
import { createProgressReport, type SyncProgress } from '../../../src/processes/inventory/progress.js';
import { doubtAbout, downloadSnapshot, leavesOut } from '../../../src/processes/inventory/snapshot.js';
import { createStillRunning } from '../../../src/processes/inventory/still-running.js';
import { type InventoryPage, type Warehouse, WarehouseError } from '../../../src/processes/ports/warehouse.js';
import { loggerTo } from '../../support/telemetry.js';

describe('a snapshot', () => {
  const download = async (...totals: (number | null)[]) => {
    const shown: unknown[] = [];
    const warehouse = {
      async *inventory() {
        for (const total of totals) yield { received: 2, total, readings: () => [] } satisfies InventoryPage;
      },
    } as unknown as Warehouse;
    return { snapshot: await downloadSnapshot(warehouse, (_page, soFar) => shown.push(soFar)), shown };
  };

  it('has the rows of all pages, and shows how far it is', async () => {
    const { snapshot, shown } = await download(null, 6, null);
    expect(snapshot).toEqual({ received: 6, total: 6, moved: false });
    expect(shown).toEqual([
      { before: 0, received: 2, total: null },
      { before: 2, received: 4, total: 6 },
      { before: 4, received: 6, total: 6 },
    ]);
  });

  it.each([
    ['another count', [6, 5, 5], true],
    ['another count behind one without', [6, null, 7], true],
    ['the same count', [6, 6, null], false],
    ['no count', [null, null], false],
  ])('has moved between its pages where one tells %s: %j', async (_what, totals, moved) => {
    expect((await download(...totals)).snapshot.moved).toBe(moved);
  });

  it.each([
    ['it has moved', { received: 6, total: 6, moved: true }, 6, 6, 'gained or lost'],
    ['its count is another one', { received: 6, total: 7, moved: false }, 6, 6, 'counts 7 items but sent 6'],
    ['less than half is usable', { received: 6, total: 6, moved: false }, 4, 9, '4 usable items where 9 are listed'],
    ['half is usable', { received: 6, total: 6, moved: false }, 5, 10, null],
    ['it tells no count', { received: 6, total: null, moved: false }, 6, 6, null],
  ])('is in doubt or not where %s', (_what, snapshot, usable, listed, doubt) => {
    expect(doubtAbout(snapshot, usable, listed)).toEqual(doubt && expect.stringContaining(doubt));
  });

  it('leaves out what the warehouse has, as far as a few look-ups tell', async () => {
    const refused = new WarehouseError('unknown', 'no', { method: 'GET', route: '/' });
    const looked: string[] = [];
    const leavesOutOf = (answer: { sku: string } | null | Error, absent: string[]) => {
      looked.length = 0;
      const inventoryItem = async (sku: string) => {
        looked.push(sku);
        if (answer instanceof Error) throw answer;
        return answer;
      };
      return leavesOut({ inventoryItem } as unknown as Warehouse, absent.map(asSku));
    };
    expect(await leavesOutOf({ sku: 'B' }, ['A', 'B', 'C'])).toBe(true);
    expect(looked).toEqual(['A', 'B']);
    const many = Array.from({ length: 30 }, (_, n) => `S${n}`);
    expect(await leavesOutOf(null, many)).toBe(false);
    expect(looked).toHaveLength(20);
    expect(await leavesOutOf(refused, ['A'])).toBe(false);
    await expect(leavesOutOf(new Error('a fault of ours'), ['A'])).rejects.toThrow('a fault of ours');
  });
});

describe('the progress of a run', () => {
  afterEach(() => void vi.useRealTimers());

  it('is shown at once and then twice a second, and logged every five seconds', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const shown: SyncProgress[] = [];
    const logged: unknown[] = [];
    const board = { write: (progress: SyncProgress) => void shown.push(progress), read: async () => null };
    const report = createProgressReport(
      's1',
      loggerTo(({ facts }) => logged.push(facts)),
      board,
    );
    for (let ms = 0; ms <= 10_000; ms += 250) {
      report('download', ms, null);
      vi.advanceTimersByTime(250);
    }
    const at = (ms: number) => ({ phase: 'download', done: ms, total: null });
    expect(shown).toEqual(Array.from({ length: 21 }, (_, n) => ({ syncId: 's1', ...at(n * 500) })));
    expect(logged).toEqual([5_000, 10_000].map(at));
  });
});

describe('whoever asks whether a run may go on', () => {
  const run = (...states: (SyncState | Error)[]) => {
    let looks = 0;
    const stillRunning = createStillRunning(async () => {
      const state = states[Math.min(looks, states.length - 1)]!;
      looks += 1;
      await nextTurn();
      if (state instanceof Error) throw state;
      return state;
    }, 's1');
    return { stillRunning, looks: () => looks };
  };

  it('shares a look that begins after it has asked', async () => {
    const { stillRunning, looks } = run({ s1: 'running' });
    const first = [stillRunning(), stillRunning()];
    await Promise.resolve();
    const second = [stillRunning(), stillRunning()];
    await Promise.all([...first, ...second]);
    expect(looks()).toBe(2);
  });

  it.each(['failed', 'completed'] as const)('is refused once it is %s', async (status) => {
    const { stillRunning } = run({ s1: 'running' }, { s1: status });
    await stillRunning();
    await expect(stillRunning()).rejects.toThrow('another process has ended the run');
  });

  it('looks again after a look that has failed', async () => {
    const { stillRunning } = run(new Error('the event store is away'), {});
    await expect(stillRunning()).rejects.toThrow('the event store is away');
    await stillRunning();
  });
});
