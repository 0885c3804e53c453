import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { OrderView } from '../../projections/views.js';
import { conditionOf, createChanges, IfMatch, Reason } from '../orders/changes.js';
import { idempotencyKeyOf } from '../orders/idempotency-key.js';
import type { OrderParts } from '../orders/parts.js';
import { onceShown, statePosition } from '../plugins/consistency.js';
import { commandContext } from '../plugins/correlation.js';
import { streamProblems } from '../problems/catalogue.js';
import { accepted } from '../problems/problem.js';
import { closed, idempotencyKey, OrderKey } from '../schemas/fields.js';
import { Payment } from '../schemas/order.js';
import { bodyProblems, guardedProblemResponses, ref } from '../schemas/shared.js';

/** Money of an order: giving it back, and the payment that a buyer can complete. */
export const orderPaymentRoutes: FastifyPluginAsyncTypebox<OrderParts> = async (app, parts) => {
  const { useCases } = parts;
  const { reachableOrder, changed } = createChanges(parts);

  app.post(
    '/orders/:id/refunds',
    {
      config: { policy: 'refund:orders' },
      schema: {
        operationId: 'requestRefund',
        tags: ['orders'],
        summary: 'Refund an order, or a part of it',
        description:
          'Sends money back and reverses the payouts in proportion. One refund at a time; after one that failed, ask again, ' +
          'under another `Idempotency-Key`. With the same one a repeated request refunds nothing more.',
        headers: Type.Object({
          ...IfMatch.properties,
          'idempotency-key': idempotencyKey('Chosen by the client, one per refund of an order', 'refund-8812-1'),
        }),
        params: closed({ id: OrderKey }),
        querystring: closed({}),
        body: closed(
          {
            amount: Type.Optional(
              Type.Integer({
                minimum: 1,
                description: 'Minor units; everything that is left when absent',
                examples: [1250],
              }),
            ),
            reason: Reason,
          },
          { description: 'How much, and why' },
        ),
        response: {
          200: ref<OrderView>('Order', 'The order after the change'),
          ...guardedProblemResponses(
            'not-found',
            'not-paid',
            'illegal-transition',
            'precondition-failed',
            'invalid-command',
            'idempotency-key-reused',
            'busy',
            ...streamProblems,
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const orderId = await reachableOrder(request, request.params.id);
      const { amount = null, reason } = request.body;
      const key = idempotencyKeyOf(request);
      const asked = { orderId, amount, reason, idempotencyKey: key, ...conditionOf(request) };
      const outcome = await useCases.requestRefund(asked, commandContext(request));
      if (accepted(outcome).value.repeated) reply.header('idempotency-replayed', 'true');
      return changed(request, reply, outcome);
    },
  );

  app.post(
    '/orders/:id/payment',
    {
      config: { policy: 'pay:orders' },
      schema: {
        operationId: 'fetchPayment',
        tags: ['orders'],
        summary: "Get an order's open payment",
        description: 'Creates it when the payment provider was down when the order was placed.',
        params: closed({ id: OrderKey }),
        querystring: closed({}),
        response: {
          200: Type.Object(Payment.properties, { description: 'The open payment' }),
          ...guardedProblemResponses(
            'not-found',
            'illegal-transition',
            'already-cancelled',
            'payment-refused',
            'payment-unavailable',
            'busy',
            ...streamProblems,
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const orderId = await reachableOrder(request, request.params.id);
      const { value, position } = accepted(await useCases.fetchPayment(orderId, commandContext(request)));
      statePosition(reply, position);
      await onceShown(parts.queries, position, parts.limits.writeWaitMs);
      return value;
    },
  );
};
