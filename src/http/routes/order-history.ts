import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { changesBetween } from '../../commands/changes.js';
import type { Histories } from '../../commands/histories.js';
import type { Queries } from '../../projections/queries.js';
import type { OrderView } from '../../projections/views.js';
import { Moment, momentOf } from '../moment.js';
import { findOrder, findOrderId } from '../orders/find-order.js';
import { orderAt, withoutStream } from '../orders/order-at.js';
import { principalOf } from '../plugins/policy-guard.js';
import { streamProblems } from '../problems/catalogue.js';
import { closed, count, Instant, OrderId, OrderKey, phrase, ReadHeaders } from '../schemas/fields.js';
import { historyFields } from '../schemas/history.js';
import { guardedProblemResponses } from '../schemas/shared.js';
import { orderReaders } from '../security/policies.js';
import { customerScope } from '../security/principal.js';

interface Parts {
  readonly queries: Queries;
  readonly histories: Histories;
}

/** What happened to an order: its events, and what differs between two moments. */
export const orderHistoryRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const { histories } = parts;

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
          'As recorded, oldest first; `verified` says whether the hash chain holds, `fault` where it does not. An event that ' +
          'this release cannot read is shown as far as it goes, and says so in `unreadable`.',
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
      return { ...history, events: [...history.events] };
    },
  );
};

const Edge = Type.Object(
  { revision: count('Of the last event up to that moment', 3), updatedAt: Instant },
  { description: 'The order at one of the moments' },
);
