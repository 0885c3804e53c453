import fc from 'fast-check';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import type { RequestMode } from './wms.js';
import { ttlSeconds, type World } from './world.js';

/** What people, the provider, the warehouse, the network and time can do next; `n` picks among what there is. */
export interface Step {
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
  'an operator sets the status',
  'the customer is erased',
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
  'an operator discards an effect',
  'what was given up is retried',
  'an operator says that it is not there',
  'an operator says under which id it is there',
  'an operator closes the cancellation',
  'an operator reconciles',
  'a minute passes',
  'an hour passes',
  'the clock is put back',
  'the reservations run out',
] as const;

export const step = fc.record({ do: fc.constantFrom(...deeds), n: fc.nat(1_000) });
export const steps = fc.array(step, { maxLength: 70, size: 'max' });
export const deadlySteps = fc.array(
  fc.record({ do: fc.constantFrom(...deeds), n: fc.nat(1_000), diesAt: fc.option(fc.nat(9), { freq: 2 }) }),
  { maxLength: 70, size: 'max' },
);
/** What people and neighbours do to orders that are there, without new ones. */
export const meanwhile = fc.array(
  fc.record({
    do: fc.constantFrom<Step['do']>(
      'perform an effect',
      'perform an effect',
      'perform an effect',
      'perform an effect',
      'late requests arrive',
      'look-ups fail',
      'the delivery partner misbehaves',
      'refund answers get lost',
      'an effect is given up',
      'an operator discards an effect',
      'what was given up is retried',
      'an operator says that it is not there',
      'an operator says under which id it is there',
      'an operator reconciles',
      'an hour passes',
      'cancel as buyer',
      'cancel in the warehouse',
      'advance in the warehouse',
      'refund by an operator',
      'an operator sets the status',
      'the customer is erased',
      'sync',
    ),
    n: fc.nat(1_000),
  }),
  { maxLength: 30, size: 'max' },
);

export const modes: readonly RequestMode[] = ['answers', 'says nothing', 'loses it', 'carries it out later'];
const statuses = ['picking', 'packed', 'shipped', 'delivered'] as const;
export const deliveryModes = ['answers', 'says nothing', 'loses it'] as const;

export async function perform(world: World, placed: OrderId[], { do: deed, n }: Step): Promise<void> {
  const orderId = placed[n % Math.max(1, placed.length)];
  if (deed === 'place') {
    const id = await world.place({ A: 1 + (n % 3), ...(n % 2 ? { B: 1 + (n % 2) } : {}) });
    if (id) placed.push(id);
    return;
  }
  if (deed === 'perform an effect') return void (await world.performOne(n));
  if (deed === 'sync') return world.sync();
  if (deed === 'poll') return world.poll();
  if (deed === 'an operator reconciles') return world.reconcile();
  if (deed === 'a minute passes') return world.wait(60);
  if (deed === 'an hour passes') return world.wait(3_601);
  if (deed === 'the clock is put back') return world.wait(-((n * 61) % 5_000));
  if (deed === 'the reservations run out') return world.wait(ttlSeconds);
  if (deed === 'the warehouse misbehaves') return world.wms.creates(modes[n % modes.length] ?? 'answers');
  if (deed === 'the warehouse cancels otherwise') return world.wms.cancels(modes[n % modes.length] ?? 'answers');
  if (deed === 'the delivery partner misbehaves') return world.delivers(deliveryModes[n % 3] ?? 'answers');
  if (deed === 'look-ups fail') return world.wms.lookUpsFail(n % 2 === 0);
  if (deed === 'late requests arrive') return world.wms.arrive();
  if (deed === 'an effect is given up') return world.giveUpOne(n);
  if (deed === 'an operator discards an effect') return world.discardOne(n);
  if (deed === 'what was given up is retried') return world.retryFailed('all');
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
    return world.wms.isWithout(orderNumber) ? world.stateExport(orderId, null) : undefined;
  }
  if (deed === 'an operator says under which id it is there') {
    const there = world.wms.find(orderNumber);
    return there ? world.stateExport(orderId, there.id) : undefined;
  }
  if (deed === 'an operator closes the cancellation') return world.closeCancellation(orderId);
  if (deed === 'advance in the warehouse') return world.wms.advance(orderNumber);
  if (deed === 'cancel in the warehouse') return world.wms.cancel(orderNumber);
  if (deed === 'cancel as buyer') return world.cancel(orderId, 'buyer');
  if (deed === 'cancel as operator') return world.cancel(orderId, 'operator');
  if (deed === 'refund by hand') return world.provider.refundByHand(orderId, 1 + ((n * 97) % total));
  if (deed === 'refund by an operator') return world.refund(orderId, 1 + ((n * 89) % total));
  if (deed === 'an operator sets the status') return world.correct(orderId, statuses[n % statuses.length] ?? 'picking');
  if (deed === 'the customer is erased') return world.erase(orderId);
  if (deed === 'refund bounces') return world.provider.bounce(orderId, n);
}

/** Everything that is still on its way arrives, everything owed is done, and the warehouse is asked once more. */
export async function settle(world: World, order: (count: number) => number[]): Promise<void> {
  world.wms.creates('answers');
  world.wms.cancels('answers');
  world.wms.lookUpsFail(false);
  world.delivers('answers');
  world.wms.arrive();
  await world.retryFailed('needed');
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

export const owes = (world: World) => world.openEffects().length > 0;

export const inSequence = (count: number) => Array.from({ length: count }, (_, index) => index);
