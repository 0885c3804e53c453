import { withoutPersonalText } from '../domain/order/erasure.js';
import { isRequested } from '../domain/order/refund.js';
import { isRejection, reject } from '../domain/shared/decider.js';
import { orders } from './aggregates.js';
import { hashOf } from './canonical-json.js';
import type { CommandHandler } from './handler.js';
import type { Clock, IdempotencyKeys } from './ports.js';
import type { CommandContext, Outcome, RefundRequest, RequestedRefund } from './use-cases.js';

/**
 * Sends money back to the buyer, all that is left or a part of it (minor units). Payouts are reversed in proportion.
 *
 * A repeat under the same idempotency key asks as of the first time, and an order refunds once for what was asked at one
 * time: so the key needs no other memory than that time.
 *
 * @returns `idempotency-key-reused` when the key was used for another refund of the order
 */
export async function requestRefund(
  deps: { handler: CommandHandler; clock: Clock; idempotencyKeys: Pick<IdempotencyKeys, 'claim'> },
  request: RefundRequest,
  context: CommandContext,
): Promise<Outcome<RequestedRefund>> {
  const { orderId, amount, reason, idempotencyKey, onlyAt } = request;
  const now = deps.clock.now().toISOString();
  const claim =
    idempotencyKey === null
      ? { at: now }
      : await deps.idempotencyKeys.claim({
          scope: `refunds of ${orderId}`,
          key: idempotencyKey,
          bodyHash: hashOf({ amount, reason }),
          orderId,
          at: now,
        });
  if (claim === 'other-body') {
    return reject('idempotency-key-reused', 'this Idempotency-Key was used for a different refund of the order');
  }
  const command = { type: 'RequestRefund', reason, at: claim.at, ...(amount === null ? {} : { amount }) } as const;
  if (onlyAt && claim.at !== now) {
    // What is done already needs no condition, and the order has changed by it.
    const { state: order, position } = await deps.handler.load(orders, orderId);
    if (order && isRequested(order, withoutPersonalText(command, order)))
      return { value: { orderId, repeated: true }, position };
  }
  const handled = await deps.handler.handle(orders, orderId, command, context, { onlyAt });
  if (isRejection(handled)) return handled;
  return { value: { orderId, repeated: handled.events.length === 0 }, position: handled.position };
}
