import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSchedules } from '../../../src/workers/schedules.js';
import { silentLogger } from '../../support/telemetry.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('stores that go away while a process starts do not end it: what they have not taken is asked for again', async () => {
  const stores = { areAway: true };
  const taken: string[] = [];
  const take = async (what: string) => {
    if (stores.areAway) throw new Error('timeout expired');
    taken.push(what);
  };
  const schedules = await startSchedules({
    config: { INVENTORY_SYNC_INTERVAL_SECONDS: 300, STATUS_POLL_INTERVAL_SECONDS: 60 },
    queues: { schedule: take, isScheduled: async (queue: string) => taken.includes(queue) },
    effects: { request: async ([effect]: { key: string }[]) => take(effect?.key ?? '') },
    clock: { now: () => new Date('2026-05-01T12:00:00Z') },
    ids: { next: () => 'id' },
    logger: silentLogger,
  } as never);
  expect(taken).toEqual([]);

  stores.areAway = false;
  await vi.advanceTimersByTimeAsync(60 * 60 * 1000);
  expect(taken).toEqual(['inventory-sync', 'status-polling', 'reconcile:2026-05-02']);
  schedules.stop();
});
