import { describe, expect, it } from 'vitest';
import { operations, orders } from '../../../src/commands/aggregates.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import type { EffectKind, EffectStatus } from '../../../src/processes/effects/effect.js';
import { createInterventions } from '../../../src/processes/interventions.js';
import type { Payments } from '../../../src/processes/ports/payments.js';
import { collect } from '../../support/collect.js';
import { clock, context, knowing, locks, openEffect } from '../../support/known-order.js';
import { cancel, minute, observe, placeOrder, toExported } from '../../support/orders.js';

const reason = 'seen to by hand';

/** Interventions over an effect of this status and some parked streams, the last of which somebody else takes up first. */
async function operator({
  status = 'open' as EffectStatus,
  changes = true,
  kind = 'alert' as EffectKind,
  commands = [] as readonly OrderCommand[],
} = {}) {
  const handler = await knowing(commands);
  const effect = { ...openEffect(kind), status };
  const parked = [
    { projection: 'orders', stream: 'order-1' },
    { projection: 'effects', stream: 'order-1' },
    { projection: 'orders', stream: 'order-2' },
  ];
  const recorded = async () => (await handler.load(operations, clock.now().toISOString().slice(0, 10))).state.size;
  /** What was done, and how many interventions had been recorded by then. */
  const done: [string, number][] = [];
  const requested: string[] = [];
  const act = async (what: string) => {
    done.push([what, await recorded()]);
    return changes;
  };
  const takeUp = async (what: string, projection: string, stream: string) => {
    await act(`${what} ${projection} ${stream}`);
    return stream === 'order-2' ? null : ({ outcome: 'applied', events: 1 } as const);
  };
  const interventions = createInterventions({
    handler,
    clock,
    locks,
    payments: {} as Payments,
    effects: {
      get: async (key) => (key === effect.key ? effect : null),
      retry: (key) => act(`retry ${key}`),
      discard: (key) => act(`discard ${key}`),
      request: async (requests) => void requested.push(...requests.map(({ key }) => key)),
    },
    projections: {
      parked: async () => parked.map((place) => ({ ...place, ...parkedFacts })),
      retryParked: (projection, stream) => takeUp('retry', projection, stream),
      skipParked: (projection, stream) => takeUp('skip', projection, stream),
    },
  });
  return { interventions, parked, done, recorded, requested, handler };
}

const callOff = ['alert:call-off:o1'];
const parkedFacts = { firstRevision: 0, eventId: 'e', eventType: 'OrderPlaced', error: 'x', parkedAt: 'x' };

describe('an operator', () => {
  it.each([
    ['retry', 'failed', 'done'],
    ['retry', 'discarded', 'done'],
    ['retry', 'open', 'refused'],
    ['retry', 'done', 'refused'],
    ['discard', 'open', 'done'],
    ['discard', 'failed', 'done'],
    ['discard', 'discarded', 'refused'],
    ['discard', 'done', 'refused'],
  ] as const)(
    'who tells to %s an effect that is %s: %s; what is done has been recorded',
    async (what, status, outcome) => {
      const { interventions, done, recorded } = await operator({ status });
      const told = { key: 'alert:o1', reason };
      const { retryEffect, discardEffect } = interventions;
      expect(await (what === 'retry' ? retryEffect : discardEffect)(told, context)).toMatchObject({ outcome });
      expect(done).toEqual(outcome === 'done' ? [[`${what} alert:o1`, 1]] : []);
      expect(await recorded()).toBe(done.length);
    },
  );

  describe('who discards a delivery', () => {
    const packed = [...toExported, observe('packed', minute(8))];
    const pickup = [{ ...placeOrder, deliveryMethod: 'pickup' as const }, ...packed.slice(1)];

    it.each([
      ['that may have been asked for has given it up', 'open', packed, 'discarded: seen to by hand', []],
      ['of a cancelled order is to call it off', 'open', [...packed, cancel()], 'discarded: seen to by hand', callOff],
      ['that has failed leaves its failure as it is', 'failed', packed, undefined, []],
      ['that the buyer fetches leaves no failure', 'open', pickup, undefined, []],
    ] as const)('%s', async (_, status, commands, failure, alerts) => {
      const { interventions, handler, done, requested } = await operator({ kind: 'packed', status, commands });
      const answer = await interventions.discardEffect({ key: 'packed:o1', reason }, context);
      expect(answer).toMatchObject({ outcome: 'done' });
      expect((await handler.load(orders, asOrderId('o1'))).state?.deliveryFailure?.reason).toBe(failure);
      expect([done, requested]).toEqual([[['discard packed:o1', 1]], alerts]);
    });
  });

  it('is told when somebody else was first, or when there is no such effect', async () => {
    const { interventions } = await operator({ status: 'failed', changes: false });
    const { retryEffect, discardEffect } = interventions;
    for (const tell of [retryEffect, discardEffect]) {
      expect(await tell({ key: 'alert:o1', reason }, context)).toMatchObject({ outcome: 'refused' });
      expect(await tell({ key: 'alert:o2', reason }, context)).toEqual({ outcome: 'unknown' });
    }
  });

  it.each(['retry', 'skip'] as const)('who tells to %s a stream means this one of this projection', async (what) => {
    const { interventions, done, recorded } = await operator();
    const tell = what === 'retry' ? interventions.retryParked : interventions.skipParked;
    expect(await tell({ projection: 'effects', stream: 'order-2', reason }, context)).toBeNull();
    expect(await recorded()).toBe(0);
    expect(await tell({ projection: 'effects', stream: 'order-1', reason }, context)).toMatchObject({ events: 1 });
    expect(done).toEqual([[`${what} effects order-1`, 1]]);
  });

  it('who tells to retry or to skip many hears of those that nobody else has taken up', async () => {
    const { interventions, parked, done } = await operator();
    const taken = { projection: 'orders', stream: 'order-1', result: { outcome: 'applied', events: 1 }, done: 1 };
    const retried = interventions.retryAllParked({ projections: ['orders'], reason }, context);
    expect(await collect(retried)).toEqual([{ ...taken, total: 2 }]);
    const skipped = interventions.skipAllParked({ parked: parked.slice(0, 1), reason }, context);
    expect(await collect(skipped)).toEqual([{ ...taken, total: 1 }]);
    expect(done).toEqual([
      ['retry orders order-1', 1],
      ['retry orders order-2', 2],
      ['skip orders order-1', 3],
    ]);
  });
});
