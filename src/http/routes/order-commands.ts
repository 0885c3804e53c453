import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Condition, Outcome } from '../../commands/use-cases.js';
import { orderStatuses } from '../../domain/order/status.js';
import type { OrderView } from '../../projections/queries.js';
import { orderAfterWrite } from '../orders/after-write.js';
import { meantRevisions, revisionTag } from '../orders/etag.js';
import { findOrder } from '../orders/find-order.js';
import type { OrderParts } from '../orders/parts.js';
import { presented } from '../orders/presented.js';
import { statePosition } from '../plugins/consistency.js';
import { commandContext } from '../plugins/correlation.js';
import { principalOf } from '../plugins/policy-guard.js';
import { streamProblems } from '../problems/catalogue.js';
import { accepted } from '../problems/problem.js';
import { choice, closed, idempotencyKey, OrderKey, text } from '../schemas/fields.js';
import { Payment } from '../schemas/order.js';
import { bodyProblems, guardedProblemResponses, ref } from '../schemas/shared.js';
import { orderManagers } from '../security/policies.js';
import { customerScope } from '../security/principal.js';

/** With it a change is made only while the order still has that `ETag`. */
const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 1024, description: 'The `ETag` of the order as it was read', examples: ['"3"'] }),
  ),
});

const Reason = text(500, { description: 'For the record', examples: ['asked for by telephone'] });

export const orderCommandRoutes: FastifyPluginAsyncTypebox<OrderParts> = async (app, parts) => {
  const { useCases } = parts;

  app.patch(
    '/orders/:id/status',
    {
      config: { policy: 'manage:orders' },
      schema: {
        operationId: 'setOrderStatus',
        tags: ['orders'],
        summary: 'Set the status by hand',
        description:
          'For what the warehouse cannot tell. Forwards only; repeating it changes nothing. With `If-Match` only while the ' +
          'order still has that `ETag`.',
        headers: IfMatch,
        params: closed({ id: OrderKey }),
        querystring: closed({}),
        body: closed(
          {
            status: choice(orderStatuses, { description: 'The status it has in truth', examples: ['shipped'] }),
            reason: Reason,
            trackingNumber: Type.Optional(
              text(100, { description: 'Of the parcel', examples: ['1Z999AA10123456784'] }),
            ),
            carrier: Type.Optional(text(100, { description: 'Who carries it', examples: ['UPS'] })),
          },
          { description: 'The change' },
        ),
        response: {
          200: ref<OrderView>('Order', 'The order after the change'),
          ...guardedProblemResponses(
            'not-found',
            'illegal-transition',
            'already-cancelled',
            'precondition-failed',
            'invalid-command',
            'busy',
            ...streamProblems,
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const orderId = await reachableOrder(request, request.params.id);
      const outcome = await useCases.setStatus(
        { orderId, ...request.body, ...conditionOf(request) },
        commandContext(request),
      );
      return changed(request, reply, outcome);
    },
  );

  app.post(
    '/orders/:id/cancel',
    {
      config: { policy: 'cancel:orders' },
      schema: {
        operationId: 'cancelOrder',
        tags: ['orders'],
        summary: 'Cancel an order',
        description: 'Releases its stock and refunds it when it was paid. Repeating it changes nothing.',
        headers: IfMatch,
        params: closed({ id: OrderKey }),
        querystring: closed({}),
        body: closed({ reason: Reason }, { description: 'Why' }),
        response: {
          200: ref<OrderView>('Order', 'The order after the change'),
          ...guardedProblemResponses(
            'not-found',
            'already-shipped',
            'illegal-transition',
            'precondition-failed',
            'busy',
            ...streamProblems,
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const orderId = await reachableOrder(request, request.params.id);
      const staff = principalOf(request).roles.some((role) => orderManagers.includes(role));
      const outcome = await useCases.cancelOrder(
        { orderId, reason: request.body.reason, initiator: staff ? 'operator' : 'buyer', ...conditionOf(request) },
        commandContext(request),
      );
      return changed(request, reply, outcome);
    },
  );

  app.post(
    '/orders/:id/export/retry',
    {
      config: { policy: 'manage:orders' },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        operationId: 'retryExport',
        tags: ['orders'],
        summary: 'Send an order to the warehouse again',
        description: 'From `export_failed`. The body may be left out.',
        headers: IfMatch,
        params: closed({ id: OrderKey }),
        querystring: closed({}),
        body: closed({ reason: Type.Optional(Reason) }, { description: 'Why' }),
        response: {
          200: ref<OrderView>('Order', 'The order after the change'),
          ...guardedProblemResponses(
            'not-found',
            'illegal-transition',
            'not-paid',
            'precondition-failed',
            'busy',
            ...streamProblems,
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const orderId = await reachableOrder(request, request.params.id);
      const reason = request.body.reason ?? 'retried by an operator';
      const asked = { orderId, reason, ...conditionOf(request) };
      return changed(request, reply, await useCases.retryExport(asked, commandContext(request)));
    },
  );

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
      const key = request.headers['idempotency-key'] ?? null;
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
      return value;
    },
  );

  async function reachableOrder(request: FastifyRequest, idOrNumber: string): Promise<string> {
    const order = await findOrder(parts, idOrNumber, customerScope(principalOf(request), orderManagers));
    return order.id;
  }

  async function changed(
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: Outcome<{ orderId: string }>,
  ): Promise<OrderView> {
    const { value, position } = accepted(outcome);
    statePosition(reply, position);
    const order = await orderAfterWrite(parts, value.orderId, position, parts.limits.writeWaitMs);
    reply.header('etag', revisionTag(order.revision));
    return presented(order, principalOf(request));
  }
};

function conditionOf({ headers }: FastifyRequest): Condition {
  const onlyAt = meantRevisions(headers['if-match']);
  return onlyAt ? { onlyAt } : {};
}
