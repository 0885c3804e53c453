import { orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { paymentOfUnparkKey } from '../effects/requests.js';
import type { WebhookInbox } from '../webhooks/inbox.js';

/** A new payment may be what parked webhooks were waiting for. */
export function createUnparkHandler(inbox: Pick<WebhookInbox, 'unpark'>): EffectHandler {
  return {
    async perform(effect) {
      await inbox.unpark({ orderId: orderIdOf(effect), paymentIntentId: paymentOfUnparkKey(effect.key) });
    },
  };
}
