import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import type { Change } from '../../../src/projections/feed/change.js';
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

const at = (n: number) => ({ commit: BigInt(n), prepare: BigInt(n) });
const changes = (...positions: number[]) => positions.map((n) => ({ position: at(n) }) as Change);
const seesAll = () => true;

it('tells nothing up to where the reader begins, which may be ahead of what this process has seen', async () => {
  const follower = createFollower(at(5), seesAll, 10, () => undefined);
  follower.push(changes(4), at(4));
  follower.push(changes(4, 5, 6), at(6));
  const { value } = await follower.batches(new AbortController().signal).next();
  expect(value).toEqual({ changes: changes(6), position: at(6), gap: false });
});

it('lets so many wait and no more, and says once that its reader is too slow', async () => {
  const onTooSlow = vi.fn();
  const follower = createFollower(at(0), seesAll, 2, onTooSlow);
  follower.push(changes(1, 2), at(2));
  expect(onTooSlow).not.toHaveBeenCalled();
  follower.push(changes(3), at(3));
  follower.push(changes(4), at(4));
  expect(onTooSlow).toHaveBeenCalledOnce();
  const leave = new AbortController();
  const nothing = follower.batches(leave.signal).next();
  leave.abort();
  expect(await nothing).toEqual({ done: true, value: undefined });
  expect(follower.position).toEqual(at(0));
});
