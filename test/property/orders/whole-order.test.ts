import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reservationOf } from '../../../src/domain/inventory/reservations.js';
import type { NotificationKind } from '../../../src/domain/order/values.js';
import { randomRuns } from '../../support/runs.js';
import type { RequestMode } from './wms.js';
import { createWorld, ttlSeconds, type World } from './world.js';

/** A world with one paid order, whose payment the portal has been told of. */
async function paidWorld() {
  const world = await createWorld(shelves);
  const id = (await world.place({ A: 2, B: 1 })) ?? '';
  const { total } = await world.order(id);
  world.provider.pay(id);
  await world.deliver(0);
  return { world, id, total };
}

/** How far its orders have come, one to be picked up and one to be delivered. */
const stages = ['paid', 'failed', 'exported', 'picking', 'packed', 'shipped'] as const;

async function worldAt(
  stage: (typeof stages)[number],
  turn?: () => Promise<unknown>,
): Promise<{ world: World; ids: string[] }> {
  const world = await createWorld(shelves, turn);
  const ids: string[] = [];
  world.wms.creates(stage === 'failed' ? 'loses it' : 'answers');
  for (const sku of Object.keys(shelves)) {
    const id = (await world.place({ [sku]: 1 })) ?? '';
    ids.push(id);
    world.provider.pay(id);
    await world.deliver(world.provider.messages.length - 1);
    if (stage === 'paid') continue;
    await performKey(world, `export:${id}`);
    if (stage === 'failed') await world.giveUp('export');
    await performDue(world);
  }
  world.wms.creates('answers');
  for (let left = stages.indexOf(stage) - stages.indexOf('exported'); left > 0; left -= 1) {
    for (const id of ids) world.wms.advance((await world.order(id)).orderNumber);
    await world.poll();
    await performDue(world);
  }
  return { world, ids };
}

async function performKey(world: World, key: string): Promise<void> {
  await world.performOne(world.openEffects().indexOf(key));
}

/** Performs what is owed, one effect after another, each of which may owe more. */
async function performDue(world: World): Promise<void> {
  for (let left = 50; left > 0 && (await world.performOne(0)); ) left -= 1;
}

/** What people, the provider, the warehouse, the network and time can do next; `n` picks among what there is. */
interface Step {
  readonly do: (typeof deeds)[number];
  readonly n: number;
  /** At which of its moments the process dies, if it has so many. */
  readonly diesAt?: number | null;
}
const deeds = [
  'place',
  'pay',
  'deliver a message',
  'deliver a message',
  'perform an effect',
  'perform an effect',
  'perform an effect',
  'advance in the warehouse',
  'poll',
  'sync',
  'cancel as buyer',
  'cancel as operator',
  'cancel in the warehouse',
  'refund by hand',
  'refund by an operator',
  'refund bounces',
  'refunds stay pending',
  'pending refunds succeed',
  'refund answers get lost',
  'the warehouse misbehaves',
  'the warehouse cancels otherwise',
  'look-ups fail',
  'the delivery partner misbehaves',
  'late requests arrive',
  'an effect is given up',
  'what was given up is retried',
  'an operator says that it is not there',
  'a minute passes',
  'the clock is put back',
  'the reservations run out',
] as const;

const step = fc.record({ do: fc.constantFrom(...deeds), n: fc.nat(1_000) });
const steps = fc.array(step, { maxLength: 70, size: 'max' });
const deadlySteps = fc.array(
  fc.record({ do: fc.constantFrom(...deeds), n: fc.nat(1_000), diesAt: fc.option(fc.nat(9), { freq: 2 }) }),
  { maxLength: 70, size: 'max' },
);
/** What people and neighbours do to orders that are there, without new ones. */
const meanwhile = fc.array(
  fc.record({
    do: fc.constantFrom<Step['do']>(
      'perform an effect',
      'perform an effect',
      'perform an effect',
      'perform an effect',
      'late requests arrive',
      'look-ups fail',
      'refund answers get lost',
      'an effect is given up',
      'what was given up is retried',
      'an operator says that it is not there',
      'cancel as buyer',
      'cancel in the warehouse',
      'advance in the warehouse',
      'refund by an operator',
      'sync',
    ),
    n: fc.nat(1_000),
  }),
  { maxLength: 30, size: 'max' },
);
const shelves = { A: 5, B: 4 };
const deliveryModes = ['answers', 'says nothing', 'loses it'] as const;
const aWeekSeconds = 7 * 24 * 3_600;
const modes: readonly RequestMode[] = ['answers', 'says nothing', 'loses it', 'carries it out later'];

async function perform(world: World, placed: string[], { do: deed, n }: Step): Promise<void> {
  const orderId = placed[n % Math.max(1, placed.length)];
  if (deed === 'place') {
    const id = await world.place({ A: 1 + (n % 3), ...(n % 2 ? { B: 1 + (n % 2) } : {}) });
    if (id) placed.push(id);
    return;
  }
  if (deed === 'perform an effect') return void (await world.performOne(n));
  if (deed === 'sync') return world.sync();
  if (deed === 'poll') return world.poll();
  if (deed === 'a minute passes') return world.wait(60);
  if (deed === 'the clock is put back') return world.wait(-((n * 61) % 5_000));
  if (deed === 'the reservations run out') return world.wait(ttlSeconds);
  if (deed === 'the warehouse misbehaves') return world.wms.creates(modes[n % modes.length] ?? 'answers');
  if (deed === 'the warehouse cancels otherwise') return world.wms.cancels(modes[n % modes.length] ?? 'answers');
  if (deed === 'the delivery partner misbehaves') return world.delivers(deliveryModes[n % 3] ?? 'answers');
  if (deed === 'look-ups fail') return world.wms.lookUpsFail(n % 2 === 0);
  if (deed === 'late requests arrive') return world.wms.arrive();
  if (deed === 'an effect is given up') return world.giveUpOne(n);
  if (deed === 'what was given up is retried') return world.retryFailed();
  if (deed === 'refunds stay pending') return world.provider.refundsArePending(n % 2 === 0);
  if (deed === 'pending refunds succeed') return world.provider.completePending();
  if (deed === 'refund answers get lost') return world.provider.refundAnswersGetLost(n % 2 === 0);
  if (deed === 'deliver a message') {
    const { length } = world.provider.messages;
    return length > 0 ? world.deliver(n % length) : undefined;
  }
  if (orderId === undefined) return;
  const { orderNumber, total } = await world.order(orderId);
  if (deed === 'pay') return world.provider.pay(orderId);
  if (deed === 'an operator says that it is not there') {
    return world.wms.isWithout(orderNumber) ? world.stateAbsence(orderId) : undefined;
  }
  if (deed === 'advance in the warehouse') return world.wms.advance(orderNumber);
  if (deed === 'cancel in the warehouse') return world.wms.cancel(orderNumber);
  if (deed === 'cancel as buyer') return world.cancel(orderId, 'buyer');
  if (deed === 'cancel as operator') return world.cancel(orderId, 'operator');
  if (deed === 'refund by hand') return world.provider.refundByHand(orderId, 1 + ((n * 97) % total));
  if (deed === 'refund by an operator') return world.refund(orderId, 1 + ((n * 89) % total));
  if (deed === 'refund bounces') return world.provider.bounce(orderId, n);
}

/** Everything that is still on its way arrives, everything owed is done, and the warehouse is asked once more. */
async function settle(world: World, order: (count: number) => number[]): Promise<void> {
  world.wms.creates('answers');
  world.wms.cancels('answers');
  world.wms.lookUpsFail(false);
  world.delivers('answers');
  world.wms.arrive();
  await world.retryFailed();
  world.provider.refundsArePending(false);
  world.provider.refundAnswersGetLost(false);
  let told = -1;
  for (let round = 0; round < maxRounds && (told !== world.provider.messages.length || owes(world)); round += 1) {
    told = world.provider.messages.length;
    world.provider.completePending();
    world.wms.arrive();
    world.wait(1);
    for (const message of order(world.provider.messages.length)) await world.deliver(message);
    for (let left = 1_000; left > 0 && (await world.performOne(left)); ) left -= 1;
    await world.poll();
  }
  await world.sync();
}

/** Each round can make work for the next, but not for ever. */
const maxRounds = 20;

const owes = (world: World) => world.openEffects().length > 0;

const inSequence = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the whole order, whatever happens in whatever order', () => {
  it('conserves stock and money, refunds once, mails once and exports once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        await expectLived(await createWorld(shelves), [], script);
      }),
      { numRuns: randomRuns(300) },
    );
  }, 120_000);

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
      { numRuns: randomRuns(200) },
    );
  }, 120_000);

  it('holds from each stage of an order on, at whatever moments the process dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...stages), fc.oneof(meanwhile, deadlySteps), async (stage, script) => {
        const { world, ids } = await worldAt(stage);
        await expectLived(world, ids, script);
      }),
      { numRuns: randomRuns(300) },
    );
  }, 120_000);

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
  }, 120_000);

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
          const placed: string[] = [];
          for (const step of [{ do: 'place', n: 1 } as const, ...script]) await perform(world, placed, step);
          await settle(world, (count) => shuffled(count, seed));
          ends.push(await Promise.all(placed.map(async (id) => endOf(world, id))));
        }
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: randomRuns(200) },
    );
  }, 120_000);
});

describe('{paid, refunded by hand, cancelled in the warehouse, cancelled by an operator}', () => {
  const facts = [
    'the payment',
    'a refund by hand',
    'a cancellation in the warehouse',
    'an operator’s cancellation',
  ] as const;

  it.each(permutations(facts).map((order) => [order] as const))('%s: the money ends the same', async (order) => {
    const world = await createWorld(shelves);
    const id = (await world.place({ A: 2, B: 1 })) ?? '';
    const { orderNumber, total } = await world.order(id);
    // The provider has the money, and the refund, before the portal hears of either; the warehouse has the order.
    world.provider.pay(id);
    const [payment = 0] = inSequence(world.provider.messages.length);
    world.provider.refundByHand(id, 400);
    const refunds = inSequence(world.provider.messages.length).slice(1);
    for (const fact of order) {
      if (fact === 'the payment') {
        await world.deliver(payment);
        // Fewer attempts than it takes to give up a refund that the unheard-of one makes too large.
        for (let left = 5; left > 0 && (await world.performOne(0)); ) left -= 1;
      }
      if (fact === 'a refund by hand') for (const message of refunds) await world.deliver(message);
      if (fact === 'a cancellation in the warehouse') {
        world.wms.cancel(orderNumber);
        await world.poll();
      }
      if (fact === 'an operator’s cancellation') await world.cancel(id, 'operator');
    }
    await settle(world, inSequence);
    expect(await endOf(world, id)).toMatchObject({
      status: 'cancelled',
      paid: true,
      refundStatus: 'succeeded',
      refundedTotal: total,
      held: 0,
    });
    expect(world.provider.refunds.map(({ refundId, amount }) => [refundId, amount])).toEqual([
      [null, 400],
      [expect.stringMatching(`^${id}-`), total - 400],
    ]);
    await expectAgreement(world, id);
    for (const sku of Object.keys(shelves)) await expectStock(world, [id], sku);
  });
});

describe('a refund that is given up', () => {
  it.each([
    ['is no failure where it was carried out and its answer got lost', true],
    ['has failed where the provider knows nothing of it', false],
  ])('%s', async (_what, carriedOut) => {
    const { world, id } = await paidWorld();
    await performDue(world);
    await world.refund(id, 500);
    world.provider.refundAnswersGetLost(true);
    if (carriedOut) await world.performOne(0);
    await world.giveUp('refund');
    world.provider.refundAnswersGetLost(false);
    expect((await world.order(id)).refundStatus).toBe(carriedOut ? 'partial' : 'failed');

    // Only what has failed leaves something to ask for again.
    world.wait(60);
    await world.refund(id, 500);
    await performDue(world);
    expect(world.provider.refunds).toHaveLength(carriedOut ? 2 : 1);
    expect((await world.order(id)).refundedTotal).toBe(carriedOut ? 1_000 : 500);
    await expectAgreement(world, id);
  });
});

describe('a refund that an operator discards', () => {
  it.each([
    ['has failed, and what a cancellation owes later goes back all the same', false],
    ['stands where it was carried out and its answer got lost, and a cancellation owes the rest', true],
  ])('%s', async (_what, carriedOut) => {
    const { world, id, total } = await paidWorld();
    await world.refund(id, 500);
    world.provider.refundAnswersGetLost(true);
    if (carriedOut) await performKey(world, `refund:${id}-1`);
    await world.discard(`refund:${id}-1`);
    expect((await world.order(id)).refundStatus).toBe(carriedOut ? 'partial' : 'failed');
    await world.cancel(id, 'buyer');
    await settle(world, inSequence);
    expect(await endOf(world, id)).toMatchObject({ refundStatus: 'succeeded', refundedTotal: total, held: 0 });
    await expectAgreement(world, id);
  });

  it('has not failed when it was just being carried out', async () => {
    const { world, id } = await paidWorld();
    await world.refund(id, 500);
    const { payments } = world.provider;
    const refund = payments.refund.bind(payments);
    let discarded: Promise<void> | undefined;
    payments.refund = async (request) => {
      discarded = world.discard(`refund:${id}-1`);
      await setImmediate();
      return refund(request);
    };
    await performKey(world, `refund:${id}-1`);
    await discarded;
    expect((await world.order(id)).refundLedger.requests).toMatchObject([{ failed: false, met: true }]);
  });
});

describe('a cancellation in the warehouse that is given up', () => {
  it('is told to the operators although nobody knows whether the order is there', async () => {
    const { world, id } = await paidWorld();
    world.wms.creates('says nothing');
    for (let n = 0; (await world.order(id)).exportAttempts === 0; n += 1) await world.performOne(n);
    await world.cancel(id, 'buyer');
    await world.giveUp('wms-cancel');
    expect(world.openEffects()).toContain(`alert:wms-cancel:${id}:g0`);
  });

  it('is made once an operator retries it', async () => {
    const { world, id } = await paidWorld();
    await performDue(world);
    world.wms.cancels('loses it');
    await world.cancel(id, 'buyer');
    await world.giveUp('wms-cancel');
    expect((await world.order(id)).wmsCancellation, 'nobody has refused it').toBe('wanted');
    expect(world.openEffects()).toContain(`alert:wms-cancel:${id}:g0`);
    world.wms.cancels('answers');
    await world.retryFailed();
    await performKey(world, `wms-cancel:${id}`);
    expect(world.wms.orders.map(({ status }) => status)).toEqual(['cancelled']);
    expect((await world.order(id)).wmsCancellation).toBe('confirmed');
  });
});

describe('an order that failed, is not in the warehouse by an operator’s word and goes there after all', () => {
  it('is cancelled there too', async () => {
    const { world, id } = await paidWorld();
    world.wms.creates('loses it');
    await performKey(world, `export:${id}`);
    await world.giveUp('export');
    world.wms.creates('answers');
    await world.stateAbsence(id);
    await performDue(world);
    await world.cancel(id, 'buyer');
    await performDue(world);
    expect(world.wms.orders.map(({ status }) => status)).toEqual(['cancelled']);
  });
});

describe('the stock of an order that is cancelled while its export’s outcome is unknown', () => {
  it.each([
    ['stays promised where the warehouse has the order', 'says nothing', 3],
    ['stays promised as long as the warehouse may still create the order', 'carries it out later', 3],
    ['goes back where the warehouse has no such order', 'loses it', 0],
  ] as const)('%s', async (_what, mode, reserved) => {
    const world = await createWorld(shelves);
    const id = (await world.place({ A: 3 })) ?? '';
    world.provider.pay(id);
    await world.deliver(0);
    world.wms.creates(mode);
    await performKey(world, `export:${id}`);
    await world.cancel(id, 'buyer');
    // It waits for the end of the request, and looks.
    for (let left = 2; left > 0; left -= 1) await performKey(world, `release:${id}`);
    world.wms.arrive();
    while (world.openEffects().includes(`release:${id}`)) await performKey(world, `release:${id}`);
    expect(await world.stock('A')).toMatchObject({ quantity: 5, reserved });
    world.wms.creates('answers');
    await settle(world, inSequence);
    await expectAgreement(world, id);
    await expectStock(world, [id], 'A');
  });
});

describe('a refund by hand that nobody tells of', () => {
  it('of any amount leaves a cancelled order owing nothing, to the cent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2_000), async (n) => {
        const { world, id, total } = await paidWorld();
        world.provider.refundByHand(id, 1 + (n % total));
        await world.cancel(id, 'operator');
        await performDue(world);
        expect(await endOf(world, id)).toMatchObject({ refundStatus: 'succeeded', refundedTotal: total, held: 0 });
        expect(world.openEffects()).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('and is still under way holds back no more than itself, and nothing is owed once it has arrived', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2_000), async (n) => {
        const { world, id, total } = await paidWorld();
        const byHand = 1 + (n % total);
        world.provider.refundsArePending(true);
        world.provider.refundByHand(id, byHand);
        world.provider.refundsArePending(false);
        await world.cancel(id, 'operator');
        await performDue(world);
        expect((await world.order(id)).refundedTotal).toBe(total - byHand);
        await settle(world, inSequence);
        expect(await endOf(world, id)).toMatchObject({ refundStatus: 'succeeded', refundedTotal: total, held: 0 });
        await expectAgreement(world, id);
      }),
      { numRuns: 50 },
    );
  });

  it('and bounces after the rest has gone back can be asked for again', async () => {
    const { world, id, total } = await paidWorld();
    world.provider.refundsArePending(true);
    world.provider.refundByHand(id, 400);
    world.provider.refundsArePending(false);
    await world.cancel(id, 'operator');
    await performDue(world);
    world.provider.completePending();
    world.provider.bounce(id, 0);
    await settle(world, inSequence);
    expect(await endOf(world, id)).toMatchObject({ refundStatus: 'failed', refundedTotal: total - 400, held: 400 });
    await world.refund(id, 400);
    await settle(world, inSequence);
    expect(await endOf(world, id)).toMatchObject({ refundStatus: 'succeeded', refundedTotal: total, held: 0 });
  });
});

describe('a refund by hand between an operator’s request and its refund', () => {
  it('counts towards what was asked for, and no more goes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2_000), fc.nat(2_000), async (asked, byHand) => {
        const { world, id, total } = await paidWorld();
        const amount = 1 + (asked % total);
        const hand = 1 + (byHand % total);
        await world.refund(id, amount);
        const told = world.provider.messages.length;
        world.provider.refundByHand(id, hand);
        for (let next = told; next < world.provider.messages.length; next += 1) await world.deliver(next);
        await performDue(world);
        expect((await world.order(id)).refundedTotal).toBe(Math.max(amount, hand));
      }),
      { numRuns: 50 },
    );
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, at) => permutations(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

async function endOf(world: World, id: string) {
  const { status, paid, refundStatus, refundedTotal, netPayouts } = await world.order(id);
  return { status, paid, refundStatus, refundedTotal, netPayouts, held: world.provider.held(id) };
}

/** Every number below `count` at least once, some again, in an order that `seed` decides. */
function shuffled(count: number, seed: readonly number[]): number[] {
  const all = inSequence(count);
  const again = seed.filter((n) => n % 2 === 0).map((n) => n % Math.max(1, count));
  const keyed = [...all, ...(count > 0 ? again : [])].map((n, index) => ({ n, key: seed[index % seed.length] ?? 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ n }) => n);
}

/** A script is lived through in safety, and ends in agreement. */
async function expectLived(world: World, placed: string[], script: readonly Step[]): Promise<void> {
  const { crashes } = world;
  let died = false;
  for (const step of script) {
    crashes.dieAt(step.diesAt ?? null);
    died = (await crashes.survive(() => perform(world, placed, step))) || died;
    // Also one whose placing died before it was answered.
    for (const id of await world.orderIds()) if (!placed.includes(id)) placed.push(id);
    await expectSafe(world, placed);
  }
  await settle(world, inSequence);
  if (died || owes(world)) {
    // Reservations for an order that was never placed lapse, and a time comes that the clock was put back from.
    world.wait(aWeekSeconds);
    await settle(world, inSequence);
  }
  await expectSafe(world, placed);
  expect(world.openEffects()).toEqual([]);
  for (const id of placed) await expectAgreement(world, id);
  for (const sku of Object.keys(shelves)) await expectStock(world, placed, sku);
}

/** What must hold at every moment. */
async function expectSafe(world: World, placed: readonly string[]): Promise<void> {
  const { wms, provider, mails } = world;
  for (const sku of Object.keys(wms.stock)) await expectNotPromisedTwice(world, placed, sku);
  const numbers = wms.orders.map(({ orderNumber }) => orderNumber);
  expect(new Set(numbers).size, 'an order is in the warehouse twice').toBe(numbers.length);
  const own = provider.refunds.flatMap(({ refundId }) => refundId ?? []);
  expect(new Set(own).size, 'a refund was made twice').toBe(own.length);
  for (const { orderId } of provider.intents) expect(provider.held(orderId)).toBeGreaterThanOrEqual(0);
  const ids = mails.map(({ messageId }) => messageId);
  expect(new Set(ids).size, 'a mail went out twice').toBe(ids.length);
}

/** What an order has taken off the shelves counts as promised until a snapshot shows it: no other is promised it. */
async function expectNotPromisedTwice(world: World, placed: readonly string[], sku: string): Promise<void> {
  const onShelves = world.wms.stock[sku] ?? 0;
  expect(onShelves, `${sku} is oversold`).toBeGreaterThanOrEqual(0);
  const { quantity, reservations } = await world.stock(sku);
  let taken = 0;
  for (const id of placed) {
    const held = reservationOf(reservations, id)?.quantity ?? 0;
    if (held > 0 && world.wms.find((await world.order(id)).orderNumber)) taken += held;
  }
  expect(quantity - taken, `${sku} is promised twice`).toBeLessThanOrEqual(onShelves);
}

/** What must hold once everything has arrived and is done. */
async function expectAgreement(world: World, id: string): Promise<void> {
  const order = await world.order(id);
  const { provider, wms } = world;
  const held = provider.held(id);
  expect(order.paid).toBe(provider.intents.some(({ orderId, state }) => orderId === id && state === 'succeeded'));
  if (order.paid) expect(order.total - order.refundedTotal).toBe(held);
  const isToldOff = world.hasOwed(`alert:call-off:${id}`);
  if (order.status !== 'cancelled') expect(isToldOff).toBe(false);
  else if (world.deliveries.has(id)) expect(isToldOff, 'nobody is told to call the delivery off').toBe(true);
  expect(order.netPayouts.reduce((sum, { gross }) => sum + gross, 0)).toBe(held);
  for (const entry of order.netPayouts) expect(entry.brandShare + entry.platformShare).toBe(entry.gross);

  expect(['paid', 'awaiting_payment']).not.toContain(order.paid ? order.status : 'unpaid');
  expect(order.refundStatus, 'a refund is under way for ever').not.toBe('requested');
  const bounced = provider.refunds.some(({ intent, status }) => intent.orderId === id && status === 'failed');
  // What bounced is for an operator to decide; everything else has gone back.
  if (order.status === 'cancelled' && !bounced) expect(held).toBe(0);
  const there = wms.find(order.orderNumber);
  if (order.status === 'cancelled' && there && there.status !== 'cancelled') {
    expect(order.wmsCancellation, `the warehouse has it ${there.status}`).toBe('refused');
  }
  const sent = (kind: NotificationKind) => order.notificationsSent.includes(kind);
  expect(sent('cancelled')).toBe(order.status === 'cancelled');
  if (order.paid && order.status !== 'cancelled') expect(sent('order-confirmation')).toBe(true);
  if (order.status === 'delivered') expect(sent('delivered')).toBe(true);
  if (order.refundedTotal > 0) expect(order.mailed.refundedTotal).toBeGreaterThanOrEqual(order.refundedTotal);
}

/** The shelves and what has left them are what there was; what is reserved belongs to orders that wait. */
async function expectStock(world: World, placed: readonly string[], sku: keyof typeof shelves | string): Promise<void> {
  const { quantity, reserved } = await world.stock(sku);
  const taken = world.wms.orders
    .filter(({ status }) => status !== 'cancelled')
    .flatMap(({ lines }) => lines.filter((line) => line.sku === sku))
    .reduce((sum, line) => sum + line.quantity, 0);
  expect((world.wms.stock[sku] ?? 0) + taken).toBe(shelves[sku as keyof typeof shelves]);
  expect(quantity).toBe(world.wms.stock[sku]);
  let waiting = 0;
  for (const id of placed) {
    const { status, lineItems } = await world.order(id);
    if (!['awaiting_payment', 'paid', 'export_failed'].includes(status)) continue;
    waiting += lineItems.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.quantity, 0);
  }
  expect(reserved).toBe(waiting);
}
