import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { UseCases } from '../../commands/use-cases.js';
import type { Queries } from '../../projections/queries.js';
import type { Limits } from '../options.js';
import { onceShown, statePosition } from '../plugins/consistency.js';
import { commandContext } from '../plugins/correlation.js';
import { principalOf } from '../plugins/policy-guard.js';
import { streamProblems } from '../problems/catalogue.js';
import { accepted } from '../problems/problem.js';
import { BrandId, BrandName, brandKey, closed, count, nullableInteger, ReadHeaders, text } from '../schemas/fields.js';
import { bodyProblems, guardedProblemResponses } from '../schemas/shared.js';
import { payoutReaders } from '../security/policies.js';
import { brandScope } from '../security/principal.js';

interface Parts {
  readonly queries: Queries;
  readonly useCases: UseCases;
  readonly limits: Limits;
}

export const brandRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { queries, useCases, limits }) => {
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
          200: Type.Object(
            {
              items: Type.Array(
                Type.Object({
                  id: BrandId,
                  name: BrandName,
                  brandShareBps: nullableInteger({
                    description: 'Its own share in basis points, null for the default',
                    examples: [7500],
                  }),
                  productCount: count('Its listed products', 42),
                }),
                { description: 'By name' },
              ),
            },
            { description: 'Every brand that may be seen' },
          ),
          ...guardedProblemResponses('not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const own = brandScope(principalOf(request), payoutReaders);
      const brands = await queries.brands();
      return { items: own === undefined ? brands : brands.filter((brand) => brand.id === own) };
    },
  );

  app.put(
    '/brands/:id/share',
    {
      config: { policy: 'manage:brands' },
      schema: {
        operationId: 'overrideBrandShare',
        tags: ['payouts'],
        summary: "Set a brand's own share",
        description:
          'From the next payment on; orders that are paid keep the share they were paid with. Null returns the brand to ' +
          'the default rule. Repeating it changes nothing.',
        params: closed({ id: brandKey('Its id') }),
        querystring: closed({}),
        body: closed(
          {
            brandShareBps: Type.Unsafe<number | null>({
              type: ['integer', 'null'],
              minimum: 0,
              maximum: 10_000,
              description: 'Basis points: 7000 is 70 %; null for the default',
              examples: [7500],
            }),
            reason: text(500, { description: 'For the record', examples: ['contract of March 2026'] }),
          },
          { description: 'The share, and why' },
        ),
        response: {
          200: Type.Object(
            {
              id: BrandId,
              brandShareBps: nullableInteger({ description: 'Basis points; null for the default', examples: [7500] }),
            },
            { description: 'As set' },
          ),
          ...guardedProblemResponses('not-found', 'invalid-command', 'busy', ...streamProblems, ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { id: brandId } = request.params;
      const outcome = await useCases.overrideBrandShare({ brandId, ...request.body }, commandContext(request));
      const { position } = accepted(outcome);
      statePosition(reply, position);
      await onceShown(queries, position, limits.writeWaitMs);
      return { id: brandId, brandShareBps: request.body.brandShareBps };
    },
  );
};
