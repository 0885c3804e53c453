import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Histories } from '../../commands/histories.js';
import { orderStatuses } from '../../domain/order/status.js';
import { orderSorts, type Queries } from '../../projections/queries.js';
import type { OrderView } from '../../projections/views.js';
import { periodOf } from '../instant.js';
import { Moment, momentOf } from '../moment.js';
import { revisionTag } from '../orders/etag.js';
import { findOrder, fromStream } from '../orders/find-order.js';
import { orderAt } from '../orders/order-at.js';
import { presented } from '../orders/presented.js';
import { lacksNothing, mayLackWrite } from '../plugins/consistency.js';
import { answersWithTag } from '../plugins/entity-tags.js';
import { principalOf } from '../plugins/policy-guard.js';
import { revalidated } from '../plugins/security-headers.js';
import { streamProblems } from '../problems/catalogue.js';
import { Problem } from '../problems/problem.js';
import {
  Cursor,
  choice,
  closed,
  NextCursor,
  OrderKey,
  PageLimit,
  queryInstant,
  ReadHeaders,
  text,
} from '../schemas/fields.js';
import { guardedProblemResponses, ref } from '../schemas/shared.js';
import { orderReaders } from '../security/policies.js';
import { customerScope, noCustomer } from '../security/principal.js';

interface Parts {
  readonly queries: Queries;
  readonly histories: Histories;
}

/** Orders as the read models show them, and one as it was at a moment. */
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
        description: 'The newest first, unless `sort` says otherwise. A buyer sees its own only.',
        headers: ReadHeaders,
        querystring: closed({
          status: Type.Optional(
            choice(orderStatuses, { description: 'Only orders that are there', examples: ['paid'] }),
          ),
          from: queryInstant('Placed at or after'),
          to: queryInstant('Placed before'),
          q: Type.Optional(
            text(200, {
              description: 'Order number, customer name, company or e-mail contains',
              examples: ['wellness'],
            }),
          ),
          sort: Type.Optional(choice(orderSorts, { description: '`-` for the newest first', examples: ['placedAt'] })),
          limit: PageLimit,
          cursor: Cursor,
        }),
        response: {
          200: Type.Object(
            {
              items: Type.Array(ref<OrderView>('Order'), { description: 'In the order asked for' }),
              nextCursor: NextCursor,
            },
            { description: 'One page of orders' },
          ),
          ...guardedProblemResponses('invalid-cursor', 'not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const scope = customerScope(principal, orderReaders);
      if (scope === null) throw new Problem('forbidden', noCustomer);
      const page = await queries.orders({ ...request.query, ...scope, ...periodOf(request.query) });
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
        description:
          'By id or order number. `ETag` is the revision; `If-None-Match` answers 304 while it stands. With `asOf` the ' +
          'order as it was at that revision, or after everything recorded up to that time, from when it was placed; its ' +
          '`ETag` changes where personal data are erased.',
        headers: ReadHeaders,
        params: closed({ id: OrderKey }),
        querystring: closed({ asOf: Type.Optional(Moment) }),
        response: {
          200: ref<OrderView>('Order', 'The order'),
          ...guardedProblemResponses('not-found', 'not-yet-consistent', ...streamProblems),
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const present = await findOrder(parts, request.params.id, customerScope(principal, orderReaders));
      const { asOf } = request.query;
      const order =
        asOf === undefined
          ? await latest(reply, present)
          : await orderAt(histories, present.id, momentOf('asOf', asOf));
      reply.header('cache-control', revalidated);
      // What was erased since is missing in the past too, whose revision does not tell: it is tagged by its bytes.
      const unchanged = asOf === undefined && answersWithTag(request, reply, revisionTag(order.revision));
      return unchanged ? reply.send(null as never) : presented(order, principal);
    },
  );

  /** Where the read models may lack a write that is wanted, the stream has it; unless that cannot be read, either. */
  async function latest(reply: FastifyReply, present: OrderView): Promise<OrderView> {
    if (!mayLackWrite(reply)) return present;
    const order = await fromStream(histories, present.id).catch(() => null);
    if (order) lacksNothing(reply);
    return order ?? present;
  }
};
