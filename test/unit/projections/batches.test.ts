import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Position, RecordedEvent, SubscriptionMessage } from '../../../src/commands/event-store.js';
import { type BatchLimits, batches } from '../../../src/projections/runtime/batches.js';
import { clockAheadBy } from '../../support/clock.js';
import { collect } from '../../support/collect.js';

/** Nothing waits for a tick but what tests it. */
const limits: BatchLimits = { maxEvents: 3, lingerMs: 20, maxBuffered: 6, tickMs: 60_000 };

const at = (n: number): Position => ({ commit: BigInt(n), prepare: BigInt(n) });

function event(n: number): SubscriptionMessage {
  return { kind: 'event', event: { revision: BigInt(n), position: at(n) } as RecordedEvent };
}

function checkpoint(n: number): SubscriptionMessage {
  return { kind: 'checkpoint', position: at(n) };
}

async function* of(...messages: SubscriptionMessage[]) {
  yield* messages;
}

const batchesOf = (subscribe: Parameters<typeof batches>[0]) => collect(batches(subscribe, limits));

describe('batches of a subscription', () => {
  it('hold as many events as allowed, in order', async () => {
    const seen = await batchesOf(() => of(...[1, 2, 3, 4, 5].map(event)));
    expect(seen.map(({ events }) => events.map(({ revision }) => Number(revision)))).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(seen.at(-1)).toMatchObject({ position: at(5), caughtUp: false });
  });

  it('move the position for events that were filtered out', async () => {
    const [batch] = await batchesOf(() => of({ kind: 'caught-up' }, checkpoint(9)));
    expect(batch).toEqual({ events: [], position: at(9), caughtUp: true });
    const messages = [checkpoint(1), event(2), checkpoint(3), checkpoint(4), { kind: 'caught-up' } as const];
    const [among] = await collect(batches(() => of(...messages), { ...limits, maxEvents: 9 }));
    expect(among).toMatchObject({ events: [{ revision: 2n }], position: at(4), caughtUp: true });
  });

  it('tell how much waits', async () => {
    const waiting: number[] = [];
    await collect(
      batches(
        () => of(event(1), event(2)),
        limits,
        (count) => waiting.push(count),
      ),
    );
    expect([waiting[0], waiting.at(-1)]).toEqual([1, 0]);
  });

  it('wait for more events no longer than until they are full, or nothing more can come', async () => {
    const patient = { ...limits, lingerMs: 60_000 };
    const seen = await collect(batches(() => of(...[1, 2, 3, 4].map(event)), patient));
    expect(seen.map(({ events }) => events.length)).toEqual([3, 1]);
    const open = async function* (signal: AbortSignal): AsyncGenerator<SubscriptionMessage> {
      yield* [1, 2, 3].map(event);
      await once(signal, 'abort');
    };
    for await (const { events } of batches(open, patient)) {
      expect(events).toHaveLength(3);
      break;
    }
  });

  it('come in time when the clock is put back while more is waited for', async () => {
    const clock = clockAheadBy(60 * 60 * 1_000);
    try {
      const open = async function* (signal: AbortSignal): AsyncGenerator<SubscriptionMessage> {
        yield event(1);
        setTimeout(() => clock.putAheadBy(0), 1);
        // Another one makes it look at the clock.
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield event(2);
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      };
      for await (const { events } of batches(open, limits)) {
        expect(events).toHaveLength(2);
        break;
      }
    } finally {
      clock.restore();
    }
  });

  it('throw what the subscription throws, after everything before it', async () => {
    const seen: number[] = [];
    const failing = async function* (): AsyncGenerator<SubscriptionMessage> {
      yield event(1);
      throw new Error('dropped');
    };
    await expect(async () => {
      for await (const batch of batches(failing, limits)) seen.push(batch.events.length);
    }).rejects.toThrow('dropped');
    expect(seen).toEqual([1]);
  });

  it('come empty now and then while nothing happens, and end the subscription when left', async () => {
    let ended = false;
    const silent = async function* (signal: AbortSignal): AsyncGenerator<SubscriptionMessage> {
      yield* of();
      await once(signal, 'abort');
      await nextTurn();
      ended = true;
    };
    const idle = batches(silent, { ...limits, lingerMs: 60_000, tickMs: 50 });
    expect((await idle.next()).value).toEqual({ events: [], position: null, caughtUp: false });
    await idle.return(undefined);
    expect(ended).toBe(true);
  });

  it('read ahead no further than the limit, however slow the consumer', async () => {
    let produced = 0;
    const endless = async function* (signal: AbortSignal): AsyncGenerator<SubscriptionMessage> {
      while (!signal.aborted) yield event(++produced);
    };
    let consumed = 0;
    for await (const { events } of batches(endless, limits)) {
      consumed += events.length;
      await new Promise((resolve) => setTimeout(resolve, 1));
      // What is buffered, and one message that waits to be.
      expect(produced - consumed).toBeLessThanOrEqual(limits.maxBuffered + 1);
      if (consumed >= 60) break;
    }
  });
});
