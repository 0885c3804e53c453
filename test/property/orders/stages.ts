import type { OrderId } from '../../../src/domain/shared/ids.js';
import { createWorld, type World } from './world.js';

/** What the warehouse has on its shelves at first. */
export const shelves = { A: 5, B: 4 };

/** A world with one paid order, whose payment the portal has been told of. */
export async function paidWorld() {
  const world = await createWorld(shelves);
  const id = (await world.place({ A: 2, B: 1 }))!;
  const { total } = await world.order(id);
  world.provider.pay(id);
  await world.deliver(0);
  return { world, id, total };
}

/** How far its orders have come, one to be picked up and one to be delivered. */
export const stages = ['paid', 'failed', 'exported', 'picking', 'packed', 'shipped'] as const;

export async function worldAt(
  stage: (typeof stages)[number],
  turn?: () => Promise<unknown>,
): Promise<{ world: World; ids: OrderId[] }> {
  const world = await createWorld(shelves, turn);
  const ids: OrderId[] = [];
  world.wms.creates(stage === 'failed' ? 'loses it' : 'answers');
  for (const sku of Object.keys(shelves)) {
    const id = (await world.place({ [sku]: 1 }))!;
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

export async function performKey(world: World, key: string): Promise<void> {
  await world.performOne(world.openEffects().indexOf(key));
}

/** Performs what is owed, one effect after another, each of which may owe more. */
export async function performDue(world: World): Promise<void> {
  for (let left = 50; left > 0 && (await world.performOne(0)); ) left -= 1;
}
