import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Queries } from '../../projections/queries.js';
import { instant } from '../instant.js';
import { principalOf } from '../plugins/policy-guard.js';
import { Problem } from '../problems/problem.js';
import {
  Currency,
  choice,
  closed,
  Instant,
  Key,
  Money,
  nullableInteger,
  queryInstant,
  ReadHeaders,
} from '../schemas/fields.js';
import { guardedProblemResponses } from '../schemas/shared.js';
import type { Principal } from '../security/principal.js';

export const brandRoutes: FastifyPluginAsyncTypebox<{ queries: Queries }> = async (app, { queries }) => {
  app.get(
    '/brands',
    {
      config: { policy: 'read:brands' },
      schema: {
        operationId: 'listBrands',
        tags: ['payouts'],
        summary: 'List brands',
        description: 'A brand sees itself only.',
        headers: ReadHeaders,
        querystring: closed({}),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                id: Type.String(),
                name: Type.String(),
                brandShareBps: nullableInteger({ description: 'Its own share in basis points, null for the default' }),
                productCount: Type.Integer(),
              }),
            ),
          }),
          ...guardedProblemResponses('not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const own = brandScope(principalOf(request));
      const brands = await queries.brands();
      return { items: own === null ? brands : brands.filter((brand) => brand.id === own) };
    },
  );

  app.get(
    '/payouts',
    {
      config: { policy: 'read:payouts' },
      schema: {
        operationId: 'listPayouts',
        tags: ['payouts'],
        summary: 'Payout statement',
        description: 'Allocations and reversals with their totals per currency. A brand sees its own only.',
        headers: ReadHeaders,
        querystring: closed({
          brandId: Type.Optional(Key),
          from: queryInstant('At or after'),
          to: queryInstant('Before'),
        }),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                orderId: Type.String(),
                orderNumber: Type.String(),
                brandId: Type.String(),
                brand: Type.String(),
                kind: choice(['allocation', 'reversal']),
                gross: Money,
                brandShare: Money,
                platformShare: Money,
                currency: Currency,
                at: Instant,
              }),
            ),
            totals: Type.Array(
              Type.Object({ currency: Currency, gross: Money, brandShare: Money, platformShare: Money }),
            ),
          }),
          ...guardedProblemResponses('not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const { brandId: asked, from, to } = request.query;
      const own = brandScope(principalOf(request));
      if (own !== null && asked !== undefined && asked !== own) {
        throw new Problem('forbidden', 'A brand can see its own payouts only.');
      }
      const brandId = own ?? asked;
      return queries.payouts({
        ...(brandId === undefined ? {} : { brandId }),
        ...(from === undefined ? {} : { from: instant('from', from) }),
        ...(to === undefined ? {} : { to: instant('to', to) }),
      });
    },
  );
};

/** The brand a principal is narrowed to, null for staff. @throws Problem for a brand without brand id */
function brandScope(principal: Principal): string | null {
  if (principal.roles.some((role) => role === 'operator' || role === 'auditor' || role === 'admin')) return null;
  if (principal.brandId === undefined) throw new Problem('forbidden', 'The credential names no brand.');
  return principal.brandId;
}
