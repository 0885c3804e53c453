import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from '../../../src/projections/runtime/health.js';
import type { Subject } from '../../../src/projections/runtime/subject.js';

const hour = 60 * 60 * 1_000;
const stallAfterMs = 10_000;

// The time that passes does so when a test wants it.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** A projector that owns its projections and has caught up. */
function live() {
  const progress = createProgress(stallAfterMs);
  progress.owner();
  progress.moved(true);
  return progress;
}

const putClock = (ms: number) => vi.setSystemTime(Date.now() + ms);

it('a projector is stalled when events wait and nothing moves, also when the clock is put back', () => {
  const progress = live();
  progress.waiting(1);
  putClock(-hour);
  vi.advanceTimersByTime(stallAfterMs - 1);
  expect(progress.health().state).toBe('live');
  vi.advanceTimersByTime(1);
  expect(progress.health()).toMatchObject({ state: 'stalled', reason: 'events wait and nothing moves' });
  progress.moved(true);
  expect(progress.health().state).toBe('live');
});

it('a projector is not stalled because the clock is put forward', () => {
  const progress = live();
  progress.waiting(1);
  putClock(hour);
  expect(progress.health().state).toBe('live');
});

it('a projector is stalled when it never begins, or fails again and again, and says why', () => {
  const progress = createProgress(stallAfterMs);
  expect(progress.health()).toEqual({ state: 'standby', lagEvents: null });
  progress.owner();
  vi.advanceTimersByTime(stallAfterMs - 1);
  expect(progress.health()).toEqual({ state: 'catching-up', lagEvents: null });
  vi.advanceTimersByTime(1);
  expect(progress.health()).toMatchObject({ state: 'stalled', reason: 'events wait and nothing moves' });
  progress.failed('the event store is away');
  expect(progress.health()).toEqual({ state: 'stalled', lagEvents: null, reason: 'the event store is away' });
  progress.moved(true);
  progress.failed('the database is away');
  vi.advanceTimersByTime(stallAfterMs / 2);
  progress.waiting(0);
  vi.advanceTimersByTime(stallAfterMs / 2);
  expect(progress.health()).toEqual({ state: 'stalled', lagEvents: 0, reason: 'the database is away' });
  progress.moved(true);
  vi.advanceTimersByTime(hour);
  expect(progress.health()).toEqual({ state: 'live', lagEvents: 0 });
});

it('a projector counts what waits since it began to, and what went by what is broken', () => {
  const progress = live();
  vi.advanceTimersByTime(hour);
  for (const waiting of [1, 4]) {
    progress.waiting(waiting);
    vi.advanceTimersByTime(stallAfterMs / 2);
    expect(progress.health()).toMatchObject({ state: waiting === 1 ? 'live' : 'stalled', lagEvents: waiting });
  }
  progress.subjects([{ broken: null, missed: 0 } as Subject, { broken: 'made by version 1', missed: 5 } as Subject]);
  expect(progress.health()).toEqual({ state: 'stalled', lagEvents: null, reason: 'made by version 1' });
  progress.moved(true);
  expect(progress.health()).toEqual({ state: 'stalled', lagEvents: 9, reason: 'made by version 1' });
});

it('a projector that stands by has nothing to do, and begins anew as the owner', () => {
  const progress = live();
  progress.waiting(1);
  progress.standby();
  vi.advanceTimersByTime(hour);
  expect(progress.health()).toEqual({ state: 'standby', lagEvents: null });
  progress.owner();
  expect(progress.health()).toEqual({ state: 'catching-up', lagEvents: null });
  progress.moved(true);
  expect(progress.health()).toEqual({ state: 'live', lagEvents: 0 });
});
