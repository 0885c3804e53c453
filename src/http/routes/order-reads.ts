import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Histories } from '../../commands/use-cases.js';
import { orderStatuses } from '../../domain/order/status.js';
import type { OrderView, Queries } from '../../projections/queries.js';
import { instant } from '../instant.js';
import { alreadyHeld, revisionTag } from '../orders/etag.js';
import { findOrder } from '../orders/find-order.js';
import { presented } from '../orders/presented.js';
import { principalOf } from '../plugins/policy-guard.js';
import {
  Cursor,
  choice,
  closed,
  Instant,
  Key,
  nullableString,
  PageLimit,
  queryInstant,
  ReadHeaders,
  text,
} from '../schemas/fields.js';
import { guardedProblemResponses, ref } from '../schemas/shared.js';
import { orderReaders } from '../security/policies.js';
import { customerScope } from '../security/principal.js';

interface Parts {
  readonly queries: Queries;
  readonly histories: Histories;
}

export const orderReadRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const { queries, histories } = parts;

  app.get(
    '/orders',
    {
      config: { policy: 'read:orders' },
      schema: {
        operationId: 'listOrders',
        tags: ['orders'],
        summary: 'List orders',
        description: 'Newest first. A buyer sees its own only.',
        headers: ReadHeaders,
        querystring: closed({
          status: Type.Optional(choice(orderStatuses)),
          from: queryInstant('Placed at or after'),
          to: queryInstant('Placed before'),
          q: Type.Optional(text(200, { description: 'Order number, customer name, company or e-mail contains' })),
          limit: PageLimit,
          cursor: Cursor,
        }),
        response: {
          200: Type.Object({ items: Type.Array(ref<OrderView>('Order')), nextCursor: nullableString() }),
          ...guardedProblemResponses('invalid-cursor', 'not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const scope = customerScope(principal, orderReaders);
      if (scope === null) return { items: [], nextCursor: null };
      const { from, to, ...filter } = request.query;
      const page = await queries.orders({
        ...filter,
        ...scope,
        ...(from === undefined ? {} : { from: instant('from', from) }),
        ...(to === undefined ? {} : { to: instant('to', to) }),
      });
      return { items: page.items.map((order) => presented(order, principal)), nextCursor: page.nextCursor };
    },
  );

  app.get(
    '/orders/:id',
    {
      config: { policy: 'read:orders' },
      schema: {
        operationId: 'getOrder',
        tags: ['orders'],
        summary: 'Get an order',
        description: 'By id or order number. `ETag` is the revision; `If-None-Match` answers 304 while it stands.',
        headers: Type.Object({
          ...ReadHeaders.properties,
          'if-none-match': Type.Optional(Type.String({ maxLength: 1024 })),
        }),
        params: closed({ id: Key }),
        response: {
          200: ref<OrderView>('Order', 'The order'),
          304: Type.Null({ description: 'Unchanged' }),
          ...guardedProblemResponses('not-found', 'not-yet-consistent'),
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const order = await findOrder(parts, request.params.id, customerScope(principal, orderReaders));
      const tag = revisionTag(order.revision);
      reply.header('etag', tag).header('cache-control', 'private, no-cache');
      if (alreadyHeld(request.headers['if-none-match'], tag)) return reply.code(304).send(null);
      return presented(order, principal);
    },
  );

  app.get(
    '/orders/:id/history',
    {
      config: { policy: 'read:history' },
      schema: {
        operationId: 'getOrderHistory',
        tags: ['orders'],
        summary: "Get an order's events",
        description: 'As recorded, oldest first; `verified` says whether the hash chain holds.',
        headers: ReadHeaders,
        params: closed({ id: Key }),
        response: {
          200: Type.Object({
            orderId: Type.String(),
            events: Type.Array(
              Type.Object({
                revision: Type.Integer(),
                type: Type.String(),
                data: Type.Unknown(),
                recordedAt: Instant,
                actor: Type.String(),
                correlationId: Type.String(),
                causationId: Type.String(),
                hash: Type.String({ description: 'SHA-256 over the event and the hash before it' }),
              }),
            ),
            verified: Type.Boolean(),
          }),
          ...guardedProblemResponses('not-found', 'not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const order = await findOrder(parts, request.params.id, customerScope(principalOf(request), orderReaders));
      const history = await histories.orderHistory(order.id);
      // The read model holds an order whose stream is gone: a broken invariant, not a wrong id.
      if (!history) throw new Error(`order ${order.id} has no stream`);
      return { orderId: history.orderId, events: [...history.events], verified: history.verified };
    },
  );
};
