import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { EffectImpossible } from '../effects/effect.js';
import type { EffectStore } from '../effects/store.js';
import { DeliveryError, type DeliveryPartner } from '../ports/outbound.js';
import { callOff } from './call-off.js';

export interface DeliveryDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly effects: Pick<EffectStore, 'request'>;
}

/** Asks the delivery partner once: a second job of the same delivery waits and finds it scheduled. */
export function scheduleDelivery(
  deps: DeliveryDeps & { readonly delivery: DeliveryPartner },
  orderId: OrderId,
  context: CommandContext,
): Promise<void> {
  const { handler, clock, delivery, effects } = deps;
  return inTurn(deps, orderId, async () => {
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
    } catch (error) {
      if (error instanceof DeliveryError && error.final) throw new EffectImpossible(error.message, { cause: error });
      throw error;
    }
    await callOffIfCancelled(deps, orderId, context);
  });
}

/** Records that a delivery is not asked for any more. The partner may have taken it all the same, and the answer be lost. */
export function giveUpDelivery(
  deps: DeliveryDeps,
  orderId: OrderId,
  reason: string,
  context: CommandContext,
): Promise<void> {
  const { handler, clock } = deps;
  return inTurn(deps, orderId, async () => {
    const at = clock.now().toISOString();
    await handler.handle(orders, orderId, { type: 'RecordDeliveryFailure', reason, at }, context);
    await callOffIfCancelled(deps, orderId, context);
  });
}

/** An order can be cancelled while the partner is asked. */
async function callOffIfCancelled(deps: DeliveryDeps, orderId: OrderId, context: CommandContext): Promise<void> {
  const { state: order } = await deps.handler.load(orders, orderId);
  if (order) await deps.effects.request(callOff(order, context));
}

function inTurn({ locks }: DeliveryDeps, orderId: OrderId, work: () => Promise<void>): Promise<void> {
  return locks.exclusively(`delivery:${orderId}`, work);
}
