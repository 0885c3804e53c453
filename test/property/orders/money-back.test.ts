import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, expectAgreement, expectStock } from './claims.js';
import { paidWorld, performDue, performKey, shelves } from './stages.js';
import { inSequence, settle } from './steps.js';
import { createWorld } from './world.js';

describe('{paid, refunded by hand, cancelled in the warehouse, cancelled by an operator}', () => {
  const facts = [
    'the payment',
    'a refund by hand',
    'a cancellation in the warehouse',
    'an operator’s cancellation',
  ] as const;

  it.each(permutations(facts).map((order) => [order] as const))('%s: the money ends the same', async (order) => {
    const world = await createWorld(shelves);
    const id = (await world.place({ A: 2, B: 1 }))!;
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
