import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Queries } from '../../projections/queries.js';
import { periodOf } from '../instant.js';
import { principalOf } from '../plugins/policy-guard.js';
import { Problem } from '../problems/problem.js';
import {
  BrandId,
  BrandName,
  brandKey,
  Currency,
  choice,
  closed,
  Instant,
  OrderId,
  OrderNumber,
  phrase,
  queryInstant,
  ReadHeaders,
  split,
} from '../schemas/fields.js';
import { guardedProblemResponses } from '../schemas/shared.js';
import { payoutReaders } from '../security/policies.js';
import { brandScope } from '../security/principal.js';
import { payoutCsv } from './payout-csv.js';

export const payoutRoutes: FastifyPluginAsyncTypebox<{ readonly queries: Queries }> = async (app, { queries }) => {
  app.get(
    '/payouts',
    {
      config: { policy: 'read:payouts' },
      schema: {
        operationId: 'listPayouts',
        tags: ['payouts'],
        summary: 'Payout statement',
        description:
          'Allocations and reversals with their totals per currency, which are the sums of all entries. A brand sees its ' +
          'own only. As `text/csv`, by `Accept` or `format=csv`, a statement of any length, amounts in major units, with ' +
          'lines of kind `total` at its end.',
        headers: ReadHeaders,
        querystring: closed({
          brandId: Type.Optional(brandKey('Only this brand')),
          from: queryInstant('At or after'),
          to: queryInstant('Before'),
          format: Type.Optional(choice(['json', 'csv'], { description: 'Instead of `Accept`', examples: ['json'] })),
        }),
        response: {
          200: {
            description: 'The statement',
            content: { 'application/json': { schema: Statement }, 'text/csv': { schema: CsvStatement } },
          },
          ...guardedProblemResponses('not-yet-consistent'),
        },
      },
    },
    async (request, reply) => {
      const { brandId: asked, format } = request.query;
      const own = brandScope(principalOf(request), payoutReaders);
      if (own !== undefined && asked !== undefined && asked !== own) {
        throw new Problem('forbidden', 'A brand can see its own payouts only.');
      }
      const brandId = own ?? asked;
      const filter = { ...(brandId === undefined ? {} : { brandId }), ...periodOf(request.query) };
      reply.header('vary', `accept, ${reply.getHeader('vary')}`);
      if (format !== 'csv' && (format === 'json' || !prefersCsv(request.headers.accept))) {
        return queries.payouts(filter);
      }
      reply.header('content-disposition', 'attachment; filename="payouts.csv"').type('text/csv; charset=utf-8');
      // The declared answer is the JSON one; a stream passes the serializer by.
      return reply.send(Readable.from(payoutCsv(queries.payoutEntries(filter))) as never);
    },
  );
};

const Statement = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        orderId: OrderId,
        orderNumber: OrderNumber,
        brandId: BrandId,
        brand: BrandName,
        kind: choice(['allocation', 'reversal'], {
          description: 'A reversal takes back, in negative amounts',
        }),
        ...split,
        currency: Currency,
        at: Instant,
      }),
      { description: 'Newest first' },
    ),
    complete: Type.Boolean({
      description: 'False when `items` holds the newest entries only; narrow the period or ask for CSV',
    }),
    totals: Type.Array(Type.Object({ currency: Currency, ...split }), {
      description: 'Sums of all entries, one per currency',
    }),
  },
  { description: 'The statement' },
);

const CsvStatement = phrase(
  'One line per entry, then one per currency with the totals',
  'at,order_number,order_id,brand_id,brand,kind,gross,brand_share,platform_share,currency\r\n',
);

/** Whether `Accept` names CSV and not JSON before it. */
function prefersCsv(accept: string | undefined): boolean {
  const wanted = (accept ?? '')
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';')[0]?.trim());
  return wanted.find((range) => range === 'text/csv' || range === 'application/json') === 'text/csv';
}
