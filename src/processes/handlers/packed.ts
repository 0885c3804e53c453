import { orders } from '../../commands/aggregates.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import type { DeliveryPartner } from '../ports/outbound.js';
import { type DeliveryDeps, giveUpDelivery, scheduleDelivery } from './delivery.js';
import { type NotifyDeps, notify } from './notify.js';

interface PackedDeps extends NotifyDeps, DeliveryDeps {
  readonly delivery: DeliveryPartner;
}

/** A packed order: its buyer is told to pick it up, or the delivery partner is asked to drive it. */
export function createPackedHandler(deps: PackedDeps): EffectHandler {
  const { handler, clock } = deps;
  return {
    async perform(effect, context) {
      const orderId = orderIdOf(effect);
      if (await isPickup(orderId)) await notify(deps, orderId, 'ready-for-pickup', context);
      else await scheduleDelivery(deps, orderId, context);
    },
    async giveUp(effect, reason, context) {
      const orderId = orderIdOf(effect);
      if (!(await isPickup(orderId))) return giveUpDelivery(deps, orderId, reason, context);
      const at = clock.now().toISOString();
      const command = { type: 'RecordNotificationFailure', kind: 'ready-for-pickup', reason, at } as const;
      await handler.handle(orders, orderId, command, context);
    },
  };

  async function isPickup(orderId: OrderId): Promise<boolean> {
    const { state: order } = await handler.load(orders, orderId);
    return order?.deliveryMethod === 'pickup';
  }
}
