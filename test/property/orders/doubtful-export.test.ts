import { describe, expect, it } from 'vitest';
import { expectAgreement, expectStock } from './claims.js';
import { paidWorld, performDue, performKey, shelves } from './stages.js';
import { inSequence, settle } from './steps.js';
import { createWorld } from './world.js';

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
    await world.retryFailed('all');
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
    await world.stateExport(id, null);
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
    const id = (await world.place({ A: 3 }))!;
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
