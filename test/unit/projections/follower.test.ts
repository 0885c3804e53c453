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

it('hands out what has come meanwhile, and knows how far that is', async () => {
  const follower = createFollower(at(0), seesAll, 10, () => undefined);
  const batches = follower.batches(new AbortController().signal);
  for (const n of [1, 2]) {
    follower.push(changes(n), at(n));
    expect((await batches.next()).value).toEqual({ changes: changes(n), position: at(n), gap: false });
    expect(follower.position).toEqual(at(n));
  }
});

it('tells nothing of what is no more after an event store was put back, and all that comes then', async () => {
  const follower = createFollower(at(0), seesAll, 10, () => undefined);
  const batches = follower.batches(new AbortController().signal);
  follower.push(changes(2, 3), at(3));
  follower.putBack(at(1));
  expect((await batches.next()).value).toEqual({ changes: [], position: at(1), gap: true });
  expect(follower.position).toEqual(at(1));
  follower.push(changes(2), at(2));
  expect((await batches.next()).value).toEqual({ changes: changes(2), position: at(2), gap: false });
});
