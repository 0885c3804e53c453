import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Condition, Outcome } from '../../commands/use-cases.js';
import type { OrderId } from '../../domain/shared/ids.js';
import type { OrderView } from '../../projections/views.js';
import { statePosition } from '../plugins/consistency.js';
import { principalOf } from '../plugins/policy-guard.js';
import { accepted } from '../problems/problem.js';
import { text } from '../schemas/fields.js';
import { orderManagers } from '../security/policies.js';
import { customerScope } from '../security/principal.js';
import { orderAfterWrite } from './after-write.js';
import { meantRevisions, revisionTag } from './etag.js';
import { findOrder } from './find-order.js';
import type { OrderParts } from './parts.js';
import { presented } from './presented.js';

/** With it a change is made only while the order still has that `ETag`. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 1024, description: 'The `ETag` of the order as it was read', examples: ['"3"'] }),
  ),
});

export const Reason = text(500, { description: 'For the record', examples: ['asked for by telephone'] });

/** What every change of an order has in common: finding it for the caller, and answering with it. */
export function createChanges(parts: OrderParts) {
  return { reachableOrder, changed };

  async function reachableOrder(request: FastifyRequest, idOrNumber: string): Promise<OrderId> {
    const order = await findOrder(parts, idOrNumber, customerScope(principalOf(request), orderManagers));
    return order.id;
  }

  async function changed(
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: Outcome<{ orderId: OrderId }>,
  ): Promise<OrderView> {
    const { value, position } = accepted(outcome);
    statePosition(reply, position);
    const order = await orderAfterWrite(parts, value.orderId, position, parts.limits.writeWaitMs);
    reply.header('etag', revisionTag(order.revision));
    return presented(order, principalOf(request));
  }
}

export function conditionOf({ headers }: FastifyRequest): Condition {
  return { onlyAt: meantRevisions(headers['if-match']) };
}
