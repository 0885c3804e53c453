import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Queries } from '../../projections/queries.js';
import { Problem } from '../problems/problem.js';
import { Cursor, closed, key, PageLimit, ReadHeaders } from '../schemas/fields.js';
import { lotFields } from '../schemas/lot.js';
import { guardedProblemResponses } from '../schemas/shared.js';

/** For recalls: from a lot to the people who have it. */
export const lotRoutes: FastifyPluginAsyncTypebox<{ queries: Queries }> = async (app, { queries }) => {
  app.get(
    '/lots/:batchNumber',
    {
      config: { policy: 'read:lots' },
      schema: {
        operationId: 'traceLot',
        tags: ['inventory'],
        summary: 'Trace a lot',
        description:
          'The products of a lot and the order lines sold under it, the earliest first. The lot of a line is the one ' +
          'the catalogue named when the order was placed. `products` counts all orders, `orders` is one page of them.',
        headers: ReadHeaders,
        params: closed({ batchNumber: key('The lot', 'VTH-2026-014') }),
        querystring: closed({ limit: PageLimit, cursor: Cursor }),
        response: {
          200: Type.Object(lotFields, { description: 'Where the lot went' }),
          ...guardedProblemResponses('not-found', 'invalid-cursor', 'not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const lot = await queries.lot(request.params.batchNumber, request.query);
      if (!lot) throw new Problem('not-found', 'There is no such lot.');
      return lot;
    },
  );
};
