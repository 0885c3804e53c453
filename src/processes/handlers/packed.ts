import { orders } from '../../commands/aggregates.js';
import type { CommandContext } from '../../commands/use-cases.js';
import { type Effect, EffectImpossible } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import type { EffectStore } from '../effects/store.js';
import { DeliveryError, type DeliveryPartner } from '../ports/outbound.js';
import { callOff } from './call-off.js';
import { type NotifyDeps, notify } from './notify.js';

interface PackedDeps extends NotifyDeps {
  readonly delivery: DeliveryPartner;
  readonly effects: Pick<EffectStore, 'request'>;
}

/** A packed order: its buyer is told to pick it up, or the delivery partner is asked to drive it. */
export function createPackedHandler(deps: PackedDeps): EffectHandler {
  const { handler, clock, locks } = deps;
  return {
    async perform(effect, context) {
      const { subject: orderId } = effect;
      const { state: order } = await handler.load(orders, orderId);
      if (order?.deliveryMethod === 'pickup') return notify(deps, orderId, 'ready-for-pickup', context);
      // As in `notify`: a second job of the same delivery waits and finds it scheduled.
      return locks.exclusively(`delivery:${orderId}`, () => scheduleOnce(deps, effect, context));
    },
    async giveUp({ subject: orderId }, reason, context) {
      const { state: order } = await handler.load(orders, orderId);
      const at = clock.now().toISOString();
      const command =
        order?.deliveryMethod === 'pickup'
          ? ({ type: 'RecordNotificationFailure', kind: 'ready-for-pickup', reason, at } as const)
          : ({ type: 'RecordDeliveryFailure', reason, at } as const);
      await handler.handle(orders, orderId, command, context);
    },
  };
}

async function scheduleOnce(deps: PackedDeps, { subject: orderId }: Effect, context: CommandContext): Promise<void> {
  const { handler, clock, delivery, effects } = deps;
  const { state: order } = await handler.load(orders, orderId);
  if (!order || order.deliveryReference !== null) return;
  // Whether the partner was asked is not known: a process that died has left no trace of its question.
  if (order.status === 'cancelled') return effects.request(callOff(order, context, true));
  if (order.erasedAt !== null) throw new EffectImpossible('the address was erased at the customer’s request');
  try {
    const { reference } = await delivery.schedule({
      orderId,
      orderNumber: order.orderNumber,
      recipient: { name: order.customer.name, phone: order.customer.phone },
      address: order.shippingAddress,
      deliveryZone: order.deliveryZone,
    });
    const at = clock.now().toISOString();
    await handler.handle(orders, orderId, { type: 'RecordDelivery', reference, at }, context);
    const { state: scheduled } = await handler.load(orders, orderId);
    if (scheduled) await effects.request(callOff(scheduled, context));
  } catch (error) {
    if (error instanceof DeliveryError && error.final) throw new EffectImpossible(error.message, { cause: error });
    throw error;
  }
}
