import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { productSorts, type Queries } from '../../projections/queries.js';
import type { ProductView } from '../../projections/views.js';
import type { Limits } from '../options.js';
import { principalOf } from '../plugins/policy-guard.js';
import { revalidated } from '../plugins/security-headers.js';
import { preparedAnswers } from '../prepared.js';
import { Problem } from '../problems/problem.js';
import {
  Cursor,
  choice,
  closed,
  count,
  key,
  NextCursor,
  PageLimit,
  ReadHeaders,
  sourced,
  text,
} from '../schemas/fields.js';
import { withProductFields } from '../schemas/product.js';
import { guardedProblemResponses, ref } from '../schemas/shared.js';
import { catalogueReaders } from '../security/policies.js';
import { brandScope } from '../security/principal.js';

export const productRoutes: FastifyPluginAsyncTypebox<{ queries: Queries; limits: Limits }> = async (
  app,
  { queries, limits },
) => {
  const page = preparedAnswers((found: Awaited<ReturnType<Queries['products']>>) => found, limits.compressFromBytes);
  const one = preparedAnswers(
    ({ product, ...source }: NonNullable<Awaited<ReturnType<Queries['product']>>>) => ({
      ...product,
      ...source,
    }),
    limits.compressFromBytes,
  );

  app.get(
    '/products',
    {
      config: { policy: 'read:catalogue' },
      schema: {
        operationId: 'listProducts',
        tags: ['products'],
        summary: 'List products',
        description:
          'Products for sale, from the cache where it has them. Prices are minor units. A brand sees its own only.',
        headers: ReadHeaders,
        querystring: closed({
          brand: Type.Optional(text(200, { description: 'Brand name or id, any case', examples: ['VitalHemp'] })),
          q: Type.Optional(text(200, { description: 'Name or SKU contains', examples: ['tincture'] })),
          inStock: Type.Optional(Type.Boolean({ description: 'Only what can be ordered now' })),
          sort: Type.Optional(choice(productSorts, { description: '`-` for descending', examples: ['-stock'] })),
          limit: PageLimit,
          cursor: Cursor,
        }),
        response: {
          200: Type.Object(
            {
              items: Type.Array(ref<ProductView>('Product'), { description: 'In the order asked for' }),
              nextCursor: NextCursor,
              total: count('Products over all pages', 250),
              ...sourced,
            },
            { description: 'One page of products' },
          ),
          ...guardedProblemResponses('invalid-cursor', 'not-yet-consistent'),
        },
      },
    },
    async (request, reply) => {
      const brandId = brandScope(principalOf(request), catalogueReaders);
      const filter = brandId === undefined ? request.query : { ...request.query, brandId };
      reply.header('cache-control', revalidated);
      return page(request, reply, await queries.products(filter));
    },
  );

  app.get(
    '/products/:id',
    {
      config: { policy: 'read:catalogue' },
      schema: {
        operationId: 'getProduct',
        tags: ['products'],
        summary: 'Get a product',
        description: 'By product id or SKU. A brand finds its own only.',
        headers: ReadHeaders,
        params: closed({ id: key('Product id or SKU', 'VTH-HON-0001') }),
        querystring: closed({}),
        response: {
          200: withProductFields(sourced),
          ...guardedProblemResponses('not-found', 'not-yet-consistent'),
        },
      },
    },
    async (request, reply) => {
      const brandId = brandScope(principalOf(request), catalogueReaders);
      const found = await queries.product(request.params.id);
      if (!found || (brandId !== undefined && found.product.brandId !== brandId))
        throw new Problem('not-found', 'There is no such product.');
      reply.header('cache-control', revalidated);
      return one(request, reply, found);
    },
  );
};
