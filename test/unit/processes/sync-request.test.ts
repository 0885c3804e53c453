import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inventorySyncs } from '../../../src/commands/aggregates.js';
import { type CommandHandler, createCommandHandler } from '../../../src/commands/handler.js';
import type { EffectRequest } from '../../../src/processes/effects/effect.js';
import { createSyncInventory, type SyncInventoryDeps } from '../../../src/processes/inventory/request.js';
import { JobQueueUnavailable } from '../../../src/processes/ports/job-queue.js';
import { clock, context, locks } from '../../support/known-order.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { minute } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';

const request = { syncId: 'id-1', date: minute(60).slice(0, 10), trigger: 'manual', force: false } as const;

let handler: CommandHandler;
let asked: EffectRequest[];
let status: 'open' | 'failed';
const nudge = vi.fn();
beforeEach(() => {
  handler = createCommandHandler({ eventStore: createMemoryStore(), personalData: memoryPersonalData(), clock });
  [asked, status] = [[], 'open'];
  nudge.mockClear();
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => void vi.useRealTimers());

/** @param isReachable asked of the job queue at each look, of which two are a second and a half apart */
function syncInventory(isReachable: () => boolean) {
  let count = 0;
  const effects = {
    async list(filter: object) {
      expect(filter).toEqual({ kind: 'sync', status: 'open', limit: 1 });
      return asked.slice(0, 1);
    },
    async request(wanted: readonly EffectRequest[]) {
      await nextTurn();
      asked.push(...wanted);
    },
    async get(key: string) {
      vi.advanceTimersByTime(1_500);
      return { key, status };
    },
  } as unknown as SyncInventoryDeps['effects'];
  const queue = { isReachable: async () => isReachable() };
  const ids = { next: () => `id-${++count}` };
  return createSyncInventory({ handler, effects, queue, locks, ids, clock, nudge });
}

const record = (command: Parameters<typeof inventorySyncs.decider.decide>[0]) =>
  handler.handle(inventorySyncs, request.date, command, context);
const starts = () => record({ type: 'StartSync', ...request, at: minute(0) });
const end = { syncId: 'id-1', at: minute(1), durationMs: 0 };
const fail = { type: 'FailSync', error: 'no', ...end } as const;
const counts = { received: 0, created: 0, changed: 0, delisted: 0, rejected: [] };
const complete = { type: 'CompleteSync', snapshotAt: minute(0), ...counts, ...end } as const;
const ask = { force: false, wait: true, trigger: 'manual' } as const;

describe('a sync that is asked for', () => {
  it('is owed, and joined by whoever asks while it is open', async () => {
    const sync = syncInventory(() => expect.fail('nobody waits'));
    expect(await sync({ ...ask, wait: false }, context)).toEqual({ syncId: 'id-1' });
    expect(await sync({ ...ask, wait: false, force: true }, context)).toEqual({ syncId: 'id-1' });
    const payload = { correlationId: 'c', ...request };
    expect(asked).toEqual([{ key: 'sync:id-1', kind: 'sync', subject: 'id-1', payload, causedBy: 'id-2' }]);
    expect(nudge).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['failed', fail],
    ['completed', complete],
  ] as const)('is waited for until it has %s, and needs the job queue until it runs', async (ended, command) => {
    const answers = [false, true, false, true];
    const sync = syncInventory(() => {
      const answer = answers.shift();
      if (answer === undefined) return expect.fail('it runs');
      if (answers.length === 0) setImmediate(() => void starts().then(() => setTimeout(() => record(command), 150)));
      return answer;
    });
    const outcome = await sync(ask, context);
    const { position } = await handler.load(inventorySyncs, request.date);
    expect(outcome).toEqual({ syncId: 'id-1', ended, position });
    expect(answers, 'it may be away for moments').toEqual([]);
  });

  it('is waited for no more when it cannot begin, because the job queue stays away', async () => {
    await expect(syncInventory(() => false)(ask, context)).rejects.toThrow(JobQueueUnavailable);
    expect(asked, 'but it stays asked for').toHaveLength(1);
  });

  it('is waited for no more when it was given up, or whoever waits goes away', async () => {
    const sync = syncInventory(() => expect.fail('nobody waits'));
    expect(await sync({ ...ask, signal: AbortSignal.abort() }, context)).toEqual({ syncId: 'id-1' });
    status = 'failed';
    expect(await sync(ask, context)).toEqual({ syncId: 'id-1' });
  });
});
