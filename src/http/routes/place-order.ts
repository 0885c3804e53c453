import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { OrderView } from '../../projections/views.js';
import { orderAfterWrite } from '../orders/after-write.js';
import { revisionTag } from '../orders/etag.js';
import { idempotencyKeyOf } from '../orders/idempotency-key.js';
import type { OrderParts } from '../orders/parts.js';
import { presented } from '../orders/presented.js';
import { statePosition } from '../plugins/consistency.js';
import { commandContext } from '../plugins/correlation.js';
import { principalOf } from '../plugins/policy-guard.js';
import { streamProblems } from '../problems/catalogue.js';
import { accepted, Problem } from '../problems/problem.js';
import { closed, idempotencyKey } from '../schemas/fields.js';
import { Payment, PlaceOrderBody } from '../schemas/order.js';
import { guardedProblemResponses, ref } from '../schemas/shared.js';
import { orderManagers } from '../security/policies.js';
import { customerScope, noCustomer } from '../security/principal.js';

export const placeOrderRoute: FastifyPluginAsyncTypebox<OrderParts> = async (app, parts) => {
  app.post(
    '/orders',
    {
      config: { policy: 'place:orders' },
      schema: {
        operationId: 'placeOrder',
        tags: ['orders'],
        summary: 'Place an order',
        description:
          'Reserves every SKU and opens a payment. `payment` is null when the payment provider cannot be reached: the ' +
          'order stands, ask `POST /orders/{id}/payment` for it. With an `Idempotency-Key` a repeated request answers ' +
          'the same order again. `X-Event-Position` says where the write ended.',
        headers: Type.Object({
          'idempotency-key': idempotencyKey('Chosen by the client, one per order', 'cart-8812'),
        }),
        querystring: closed({}),
        body: PlaceOrderBody,
        response: {
          201: Type.Object(
            {
              order: ref<OrderView>('Order'),
              payment: Type.Union([Payment, Type.Null()], { description: 'Null when it could not be opened' }),
            },
            { description: 'Placed; `Location` is the order' },
          ),
          ...guardedProblemResponses(
            'malformed-request',
            'insufficient-stock',
            'payload-too-large',
            'unsupported-media-type',
            'unknown-sku',
            'not-for-sale',
            'quantity-limit-exceeded',
            'unknown-delivery-zone',
            'invalid-command',
            'idempotency-key-reused',
            'busy',
            ...streamProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const scope = customerScope(principal, orderManagers);
      if (scope === null) throw new Problem('forbidden', noCustomer);
      const { body } = request;
      const { value, position } = accepted(
        await parts.useCases.placeOrder(
          {
            idempotencyKey: idempotencyKeyOf(request),
            customerId: scope.customerId ?? null,
            customer: {
              ...body.customer,
              phone: body.customer.phone ?? '',
              companyName: body.customer.companyName ?? '',
            },
            shippingAddress: body.shippingAddress,
            lineItems: body.lineItems,
            deliveryMethod: body.deliveryMethod,
            deliveryZone: body.deliveryZone ?? null,
          },
          commandContext(request),
        ),
      );
      statePosition(reply, position);
      if (value.repeated) reply.header('idempotency-replayed', 'true');
      const order = await orderAfterWrite(parts, value.orderId, position, parts.limits.writeWaitMs);
      return reply
        .code(201)
        .header('location', `/api/v1/orders/${value.orderId}`)
        .header('etag', revisionTag(order.revision))
        .send({ order: presented(order, principal), payment: value.payment });
    },
  );
};
