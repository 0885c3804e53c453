import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import { randomRuns, randomTimeoutMs } from '../../support/runs.js';
import { endOf, expectLived, expectSafe } from './claims.js';
import { paidWorld, performKey, shelves, stages, worldAt } from './stages.js';
import {
  deadlySteps,
  deliveryModes,
  inSequence,
  meanwhile,
  modes,
  perform,
  type Step,
  settle,
  step,
  steps,
} from './steps.js';
import { createWorld } from './world.js';

describe('the whole order, whatever happens in whatever order', { timeout: randomTimeoutMs }, () => {
  it('conserves stock and money, refunds once, mails once and exports once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        await expectLived(await createWorld(shelves), [], script);
      }),
      { numRuns: randomRuns(240) },
    );
  });

  it('holds whatever is done while nobody knows what the warehouse and the provider made of a request', async () => {
    const mode = fc.constantFrom(...modes);
    await fc.assert(
      fc.asyncProperty(mode, mode, meanwhile, async (creates, cancels, script) => {
        const { world, id } = await paidWorld();
        world.wms.creates(creates);
        world.wms.cancels(cancels);
        await performKey(world, `export:${id}`);
        await performKey(world, `notify:${id}:order-confirmation`);
        await expectLived(world, [id], script);
      }),
      { numRuns: randomRuns(150) },
    );
  });

  it('holds whatever is done while nobody knows whether the partner has taken a delivery', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...deliveryModes), meanwhile, async (delivers, script) => {
        const { world, ids } = await worldAt('picking');
        for (const id of ids) world.wms.advance((await world.order(id)).orderNumber);
        await world.poll();
        world.delivers(delivers);
        for (const id of ids) await performKey(world, `packed:${id}`);
        await expectLived(world, ids, script);
      }),
      {
        numRuns: randomRuns(150),
        examples: [
          ['says nothing', discardedAndCancelled],
          ['says nothing', cancelledAndGivenUp],
        ],
      },
    );
  });

  it('holds from each stage of an order on, at whatever moments the process dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...stages), fc.oneof(meanwhile, deadlySteps), async (stage, script) => {
        const { world, ids } = await worldAt(stage);
        await expectLived(world, ids, script);
      }),
      { numRuns: randomRuns(150), examples: [['picking', asksAndDies]] },
    );
  });

  it('holds however what happens at the same time interleaves', async () => {
    // The same effect at the same time, as after a queue was emptied, and whatever else may come.
    const twice = fc.nat(9).map((n): Step[] => Array.from({ length: 2 }, () => ({ do: 'perform an effect', n })));
    const batch = fc.tuple(fc.oneof(twice, fc.constant([])), fc.array(step, { minLength: 1, maxLength: 3 }));
    const batches = fc.array(
      batch.map((parts) => parts.flat()),
      { maxLength: 15, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.constantFrom(...stages), batches, async (scheduler, stage, script) => {
        let turn: () => Promise<unknown> = async () => undefined;
        const { world, ids } = await worldAt(stage, () => turn());
        turn = () => scheduler.schedule(Promise.resolve());
        for (const batch of script) {
          const known = [...ids];
          await scheduler.waitFor(Promise.all(batch.map((one) => perform(world, known, one))));
          ids.push(...known.slice(ids.length));
          await expectSafe(world, ids);
        }
        turn = async () => undefined;
        await expectLived(world, ids, []);
      }),
      { numRuns: randomRuns(150) },
    );
  });

  it('ends the same in every order of the messages, told any number of times', async () => {
    const facts = fc.array(
      fc.record({
        do: fc.constantFrom<Step['do']>(
          'pay',
          'refund by hand',
          'cancel as operator',
          'cancel in the warehouse',
          'perform an effect',
        ),
        n: fc.nat(1_000),
      }),
      { maxLength: 12 },
    );
    const orders = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(facts, orders, orders, async (script, one, other) => {
        const ends = [];
        for (const seed of [one, other]) {
          const world = await createWorld(shelves);
          const placed: OrderId[] = [];
          for (const step of [{ do: 'place', n: 1 } as const, ...script]) await perform(world, placed, step);
          await settle(world, (count) => shuffled(count, seed));
          ends.push(await Promise.all(placed.map(async (id) => endOf(world, id))));
        }
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: randomRuns(150) },
    );
  });
});

/** The partner has the delivery, nobody knows of that, and then the order is cancelled. */
const asksAndDies: Step[] = [
  { do: 'an operator sets the status', n: 1 },
  { do: 'perform an effect', n: 0, diesAt: 1 },
  { do: 'cancel as buyer', n: 1 },
];

/** What may have been taken is discarded, and its order cancelled after that. */
const discardedAndCancelled: Step[] = [
  { do: 'an hour passes', n: 0 },
  { do: 'perform an effect', n: 0 },
  { do: 'an operator discards an effect', n: 3 },
  { do: 'cancel in the warehouse', n: 57 },
];

/** The order is cancelled, the warehouse has followed, and then what may have been taken is given up. */
const cancelledAndGivenUp: Step[] = [
  { do: 'an hour passes', n: 0 },
  { do: 'cancel in the warehouse', n: 153 },
  { do: 'perform an effect', n: 0 },
  { do: 'an operator reconciles', n: 0 },
  { do: 'perform an effect', n: 375 },
  { do: 'an effect is given up', n: 0 },
];

/** Every number below `count` at least once, some again, in an order that `seed` decides. */
function shuffled(count: number, seed: readonly number[]): number[] {
  const all = inSequence(count);
  const again = seed.filter((n) => n % 2 === 0).map((n) => n % Math.max(1, count));
  const keyed = [...all, ...(count > 0 ? again : [])].map((n, index) => ({ n, key: seed[index % seed.length] ?? 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ n }) => n);
}
