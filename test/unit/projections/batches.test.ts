import { describe, expect, it } from 'vitest';
import type { RecordedEvent, SubscriptionMessage } from '../../../src/commands/event-store.js';
import { type BatchLimits, batches } from '../../../src/projections/runtime/batches.js';
import { clockAheadBy } from '../../support/clock.js';
import { collect } from '../../support/collect.js';

const limits: BatchLimits = { maxEvents: 3, lingerMs: 20, maxBuffered: 6, tickMs: 50 };

function event(n: number): SubscriptionMessage {
  const position = { commit: BigInt(n), prepare: BigInt(n) };
  return { kind: 'event', event: { revision: BigInt(n), position } as RecordedEvent };
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
    expect(seen.at(-1)?.position).toEqual({ commit: 5n, prepare: 5n });
  });

  it('move the position for events that were filtered out', async () => {
    const position = { commit: 9n, prepare: 9n };
    const [batch] = await batchesOf(() => of({ kind: 'caught-up' }, { kind: 'checkpoint', position }));
    expect(batch).toEqual({ events: [], position, caughtUp: true });
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
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      ended = true;
    };
    for await (const batch of batches(silent, limits)) {
      expect(batch).toEqual({ events: [], position: null, caughtUp: false });
      break;
    }
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
