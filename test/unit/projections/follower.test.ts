import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { createFollower } from '../../../src/projections/feed/follower.js';

it('keeps nothing of a reader that has left: Node keeps a signal of several for good while somebody listens', async () => {
  const [leave, stopping] = [new AbortController(), new AbortController()];
  const signal = AbortSignal.any([leave.signal, stopping.signal]);
  const follower = createFollower(
    { commit: 1n, prepare: 1n },
    () => true,
    10,
    () => undefined,
  );
  const reading = follower.batches(signal).next();
  leave.abort();
  expect(await reading).toEqual({ done: true, value: undefined });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
