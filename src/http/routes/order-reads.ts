import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { orders } from '../../commands/aggregates.js';
import { changesBetween } from '../../commands/changes.js';
import type { AsOf, Histories } from '../../commands/use-cases.js';
import { orderStatuses } from '../../domain/order/status.js';
import { orderSorts, type Queries } from '../../projections/queries.js';
import type { OrderView } from '../../projections/views.js';
import { periodOf } from '../instant.js';
import { Moment, momentOf } from '../moment.js';
import { revisionTag } from '../orders/etag.js';
import { findOrder, findOrderId, fromStream } from '../orders/find-order.js';
import { pastView } from '../orders/past-view.js';
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
  count,
  Instant,
  NextCursor,
  OrderId,
  OrderKey,
  PageLimit,
  phrase,
  queryInstant,
  ReadHeaders,
  text,
} from '../schemas/fields.js';
import { historyFields } from '../schemas/history.js';
import { guardedProblemResponses, ref } from '../schemas/shared.js';
import { orderReaders } from '../security/policies.js';
import { customerScope, noCustomer } from '../security/principal.js';

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
          'order as it was at that revision, or after everything recorded up to that time.',
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
      const unchanged = answersWithTag(request, reply, revisionTag(order.revision));
      return unchanged ? reply.send(null as never) : presented(order, principal);
    },
  );

  app.get(
    '/orders/:id/diff',
    {
      config: { policy: 'read:history' },
      schema: {
        operationId: 'diffOrder',
        tags: ['orders'],
        summary: 'Compare an order at two moments of its life',
        description:
          'Each moment is a revision or a time; the changes lead from the one to the other, by default from the placing ' +
          'of the order to now.',
        params: closed({ id: OrderKey }),
        querystring: closed({
          from: Type.Optional(Type.String({ ...Moment, description: 'A revision or a time; the placing by default' })),
          to: Type.Optional(Type.String({ ...Moment, description: 'A revision or a time; now by default' })),
        }),
        response: {
          200: Type.Object(
            {
              orderId: OrderId,
              from: Edge,
              to: Edge,
              changes: Type.Array(
                Type.Object({
                  path: phrase('What differs', 'payouts.entries[0].gross'),
                  from: Type.Unknown({ description: 'Its value at the first moment', examples: [2500] }),
                  to: Type.Unknown({ description: 'Its value at the second moment', examples: [1250] }),
                }),
                { description: 'By path' },
              ),
            },
            { description: 'The difference' },
          ),
          ...guardedProblemResponses('not-found', 'not-yet-consistent', ...streamProblems),
        },
      },
    },
    async (request) => {
      const { id: orderId } = await findOrder(
        parts,
        request.params.id,
        customerScope(principalOf(request), orderReaders),
      );
      const { from: begin, to: end } = request.query;
      const from = await orderAt(histories, orderId, begin === undefined ? { revision: 0 } : momentOf('from', begin));
      const to = await orderAt(histories, orderId, end === undefined ? undefined : momentOf('to', end));
      const edge = ({ revision, updatedAt }: OrderView) => ({ revision, updatedAt });
      return { orderId, from: edge(from), to: edge(to), changes: changesBetween(from, to) };
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
        description:
          'As recorded, oldest first; `verified` says whether the hash chain holds. An event that this release cannot read is ' +
          'shown as far as it goes, and says so in `unreadable`.',
        headers: ReadHeaders,
        params: closed({ id: OrderKey }),
        querystring: closed({}),
        response: {
          200: Type.Object({ orderId: OrderId, ...historyFields }, { description: 'What happened to the order' }),
          ...guardedProblemResponses('not-found', 'not-yet-consistent', ...streamProblems),
        },
      },
    },
    async (request) => {
      const orderId = await findOrderId(parts, request.params.id, customerScope(principalOf(request), orderReaders));
      const history = await histories.orderHistory(orderId);
      if (!history) throw withoutStream(orderId);
      return { orderId: history.orderId, events: [...history.events], verified: history.verified };
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

const Edge = Type.Object(
  { revision: count('Of the last event up to that moment', 3), updatedAt: Instant },
  { description: 'The order at one of the moments' },
);

/** The read model holds an order whose stream is gone: a broken invariant, not a wrong id. */
function withoutStream(orderId: string): Problem {
  const stream = `${orders.category}-${orderId}`;
  return new Problem('history-unreadable', `The read model has the order, the event store no stream ${stream}.`, {
    facts: { reason: 'stream-missing', stream },
  });
}

/** @throws Problem not-found when the order was not there yet, or has not come that far; history-unreadable */
async function orderAt(histories: Histories, orderId: string, asOf?: AsOf): Promise<OrderView> {
  const past = await histories.orderAsOf(orderId, asOf);
  if (past) return pastView(orderId, past);
  if (!(await histories.orderHistory(orderId))) throw withoutStream(orderId);
  throw new Problem('not-found', 'There was no such order at that moment.');
}
