import { describe, expect, it } from 'vitest';
import { upcast } from '../../../../src/domain/event-catalogue.js';
import {
  evolveUnreadable,
  maxRejectedListed,
  type SyncCommand,
  syncDecider,
} from '../../../../src/domain/sync/decider.js';
import type { SyncEvent } from '../../../../src/domain/sync/events.js';
import { given } from '../../../support/given.js';
import { minute } from '../../../support/orders.js';

const start: SyncCommand = { type: 'StartSync', syncId: 's1', trigger: 'manual', force: false, at: minute(0) };
const started: SyncEvent = {
  type: 'InventorySyncStarted',
  data: { syncId: 's1', trigger: 'manual', force: false, startedAt: minute(0) },
};
const counts = { syncId: 's1', received: 7, created: 3, changed: 2, delisted: 1, durationMs: 1_200 };
const rejected = [{ sku: null, index: 4, reason: 'no sku' }];
const complete: SyncCommand = {
  type: 'CompleteSync',
  ...counts,
  rejected,
  snapshotAt: minute(0),
  at: minute(1),
};
const completed: SyncEvent = {
  type: 'InventorySyncCompleted',
  data: { ...counts, rejectedCount: 1, rejected, snapshotAt: minute(0), completedAt: minute(1) },
};
const nothingRead = { received: 0, rejectedCount: 0, rejected: [] };
const fail: SyncCommand = { type: 'FailSync', syncId: 's1', error: 'time-out', at: minute(1), durationMs: 900 };
const failed: SyncEvent = {
  type: 'InventorySyncFailed',
  data: { syncId: 's1', error: 'time-out', ...nothingRead, failedAt: minute(1), durationMs: 900 },
};

describe('an event that cannot be read', () => {
  const running = { s1: 'running', s2: 'running', s3: 'completed' } as const;

  it('makes the run unclear that it names', () => {
    expect(evolveUnreadable(running, { syncId: 's1' })).toEqual({ ...running, s1: 'unclear' });
    expect(evolveUnreadable({}, { syncId: 's1' })).toEqual({ s1: 'unclear' });
  });

  it.each([null, undefined, {}, { syncId: 7 }])('that names none (%j) may be of any that is under way', (data) => {
    expect(evolveUnreadable(running, data)).toEqual({ s1: 'unclear', s2: 'unclear', s3: 'completed' });
  });

  it('keeps nobody from ending a run', () => {
    expect(syncDecider.decide(complete, { s1: 'unclear' })).toEqual([completed]);
    expect(syncDecider.decide(fail, { s1: 'unclear' })).toEqual([failed]);
    expect(syncDecider.decide(start, { s1: 'unclear' })).toEqual([]);
  });
});

describe('an inventory sync', () => {
  it('starts once', () => {
    given(syncDecider, []).when(start).thenEvents([started]);
    given(syncDecider, [started]).when(start).thenNothing();
    given(syncDecider, [started, completed]).when(start).thenNothing();
  });

  it('completes once', () => {
    given(syncDecider, [started]).when(complete).thenEvents([completed]);
    given(syncDecider, [started, completed]).when(complete).thenNothing();
  });

  it('fails once', () => {
    given(syncDecider, [started]).when(fail).thenEvents([failed]);
    given(syncDecider, [started, failed]).when(fail).thenNothing();
  });

  it('that fails tells what it had read, of which version 1 said nothing', () => {
    const rejected = [{ sku: 'A-1', index: 3, reason: 'negative quantity' }];
    given(syncDecider, [started])
      .when({ ...fail, received: 20, rejected })
      .thenEvents([{ ...failed, data: { ...failed.data, received: 20, rejectedCount: 1, rejected } }]);
    const former = { syncId: 's1', error: 'time-out', failedAt: minute(1), durationMs: 900 };
    expect(upcast('InventorySyncFailed', 1, former)).toEqual(failed.data);
  });

  it('has one ending', () => {
    given(syncDecider, [started, failed]).when(complete).thenRejected('illegal-transition');
    given(syncDecider, [started, completed]).when(fail).thenRejected('illegal-transition');
  });

  it('must have been started', () => {
    given(syncDecider, []).when(complete).thenRejected('not-found');
    given(syncDecider, [started])
      .when({ ...fail, syncId: 's2' })
      .thenRejected('not-found');
  });

  it('counts every rejected item and lists the first hundred', () => {
    const many = Array.from({ length: maxRejectedListed + 50 }, (_, index) => ({
      sku: `S${index}`,
      index,
      reason: 'bad',
    }));
    const [event] = syncDecider.decide({ ...complete, rejected: many }, { s1: 'running' }) as SyncEvent[];
    expect(event?.data).toMatchObject({ rejectedCount: 150, rejected: many.slice(0, 100) });
  });
});
