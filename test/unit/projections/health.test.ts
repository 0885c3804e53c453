import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from '../../../src/projections/runtime/health.js';

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
