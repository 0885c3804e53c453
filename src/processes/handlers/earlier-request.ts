import type { Order } from '../../domain/order/state.js';
import { EffectPostponed } from '../effects/effect.js';

/**
 * A create request of a process that died may still be on its way; a look-up can be trusted only after its time-out.
 *
 * @throws EffectPostponed until then
 */
export function waitForEarlierRequest(order: Order, now: Date, warehouseTimeoutMs: number): void {
  if (order.lastExportAttemptAt === null) return;
  const remainingMs = Date.parse(order.lastExportAttemptAt) + warehouseTimeoutMs - now.getTime();
  if (remainingMs > 0) throw new EffectPostponed(remainingMs, 'an earlier export request may still be on its way');
}
