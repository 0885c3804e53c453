import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { orderStatuses } from '../../domain/order/status.js';
import type { OrderView } from '../../projections/views.js';
import { conditionOf, createChanges, IfMatch, Reason } from '../orders/changes.js';
import type { OrderParts } from '../orders/parts.js';
import { commandContext } from '../plugins/correlation.js';
import { principalOf } from '../plugins/policy-guard.js';
import { streamProblems } from '../problems/catalogue.js';
import { choice, closed, OrderKey, text } from '../schemas/fields.js';
import { bodyProblems, guardedProblemResponses, ref } from '../schemas/shared.js';
import { orderManagers } from '../security/policies.js';
import { hasOneOf } from '../security/principal.js';

export const orderCommandRoutes: FastifyPluginAsyncTypebox<OrderParts> = async (app, parts) => {
  const { useCases } = parts;
  const { reachableOrder, changed } = createChanges(parts);

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
      const staff = hasOneOf(principalOf(request), orderManagers);
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
};
