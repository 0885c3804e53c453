import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AsOf, Histories } from '../../commands/histories.js';
import type { BrandId } from '../../domain/shared/ids.js';
import { toInventoryView } from '../../projections/models/products.js';
import { cursorKind, decodeCursor, encodeCursor } from '../../projections/queries/cursor.js';
import type { Queries, Sourced, StockList } from '../../projections/queries.js';
import type { InventoryView } from '../../projections/views.js';
import { Moment, momentOf } from '../moment.js';
import type { Limits } from '../options.js';
import { principalOf } from '../plugins/policy-guard.js';
import { revalidated } from '../plugins/security-headers.js';
import { preparedAnswers, preparedTexts } from '../prepared.js';
import { streamProblems } from '../problems/catalogue.js';
import { isUnreadable } from '../problems/from-error.js';
import { Problem } from '../problems/problem.js';
import { Cursor, closed, count, NextCursor, ReadHeaders, Sku, SkuKey, sourced } from '../schemas/fields.js';
import { HistoryLimit, historyFields } from '../schemas/history.js';
import { reservationFields, withInventoryFields } from '../schemas/inventory.js';
import { guardedProblemResponses, ref } from '../schemas/shared.js';
import { catalogueReaders } from '../security/policies.js';
import { brandScope } from '../security/principal.js';

interface Parts {
  readonly queries: Queries;
  readonly histories: Histories;
  readonly limits: Limits;
}

export const inventoryRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const { queries, histories, limits } = parts;
  const all = preparedTexts<Sourced<StockList>, Sourced<{ items: InventoryView[]; total: number }>>(
    (_reply, found) => written(found),
    limits.compressFromBytes,
  );
  const one = preparedAnswers(
    ({ item, ...source }: NonNullable<Awaited<ReturnType<Queries['inventoryItem']>>>) => ({
      ...item,
      ...source,
    }),
    limits.compressFromBytes,
  );
  /** Stock as it is answered names no brand id. */
  const isOf = async (brandId: BrandId, sku: SkuKey) => (await queries.productsBySku([sku]))[0]?.brandId === brandId;
  /** What cannot be read is told to the brand whose SKU it is; to others it is none. */
  const pastOf = (sku: SkuKey, asOf: AsOf, brandId: BrandId | undefined) =>
    histories.inventoryAsOf(sku, asOf).catch(async (error: unknown) => {
      if (brandId === undefined || !isUnreadable(error) || (await isOf(brandId, sku))) throw error;
      return null;
    });

  app.get(
    '/inventory',
    {
      config: { policy: 'read:catalogue' },
      schema: {
        operationId: 'listInventory',
        tags: ['inventory'],
        summary: 'List stock',
        description: 'Every listed SKU, from the cache where it has them. A brand sees its own only.',
        headers: ReadHeaders,
        querystring: closed({}),
        response: {
          200: Type.Object(
            {
              items: Type.Array(ref<InventoryView>('InventoryItem'), { description: 'By SKU' }),
              total: count('SKUs', 250),
              ...sourced,
            },
            { description: 'All stock' },
          ),
          ...guardedProblemResponses('not-yet-consistent'),
        },
      },
    },
    async (request, reply) => {
      const brandId = brandScope(principalOf(request), catalogueReaders);
      reply.header('cache-control', revalidated);
      return all(request, reply, await queries.inventory(brandId === undefined ? {} : { brandId }));
    },
  );

  app.get(
    '/inventory/:sku',
    {
      config: { policy: 'read:catalogue' },
      schema: {
        operationId: 'getInventoryItem',
        tags: ['inventory'],
        summary: 'Get the stock of a SKU',
        description:
          'With `asOf` the stock as it was at that revision, or after everything recorded up to that time, folded from ' +
          'the events; also for a SKU that is no longer listed. A brand finds its own only.',
        headers: ReadHeaders,
        params: closed({ sku: SkuKey }),
        querystring: closed({ asOf: Type.Optional(Moment) }),
        response: {
          200: withInventoryFields(sourced),
          ...guardedProblemResponses('not-found', 'not-yet-consistent', ...streamProblems),
        },
      },
    },
    async (request, reply) => {
      const { sku } = request.params;
      const { asOf } = request.query;
      const brandId = brandScope(principalOf(request), catalogueReaders);
      reply.header('cache-control', revalidated);
      if (asOf !== undefined) {
        const past = await pastOf(sku, momentOf('asOf', asOf), brandId);
        if (!past || (brandId !== undefined && past.state.brandId !== brandId))
          throw new Problem('not-found', 'There was no such SKU at that moment.');
        const { state: item, recordedAt } = past;
        return { ...toInventoryView({ item, updatedAt: recordedAt }), source: 'events' as const, asOf: recordedAt };
      }
      if (brandId !== undefined && !(await isOf(brandId, sku))) throw new Problem('not-found', 'There is no such SKU.');
      const found = await queries.inventoryItem(sku);
      if (!found) throw new Problem('not-found', 'There is no such SKU.');
      return one(request, reply, found);
    },
  );

  app.get(
    '/inventory/:sku/history',
    {
      config: { policy: 'read:history' },
      schema: {
        operationId: 'getInventoryHistory',
        tags: ['inventory'],
        summary: "Get a SKU's events",
        description:
          'As recorded, oldest first; `verified` says whether the hash chain holds, on a later page from the last event of ' +
          'the page before on, and `fault` where it does not.',
        params: closed({ sku: SkuKey }),
        querystring: closed({ limit: HistoryLimit, cursor: Cursor }),
        response: {
          200: Type.Object(
            { sku: Sku, ...historyFields, nextCursor: NextCursor },
            { description: 'What happened to the SKU' },
          ),
          ...guardedProblemResponses('not-found', 'invalid-cursor'),
        },
      },
    },
    async (request) => {
      const { sku } = request.params;
      const { limit, cursor } = request.query;
      const kind = cursorKind('inventory-history', { sku });
      const after = cursor === undefined ? null : Number(decodeCursor(kind, cursor, [revisionShape])[0]);
      const history = await histories.inventoryHistory(sku, { after, limit });
      if (!history) throw new Problem('not-found', 'There is no such SKU.');
      const { events, more, ...checked } = history;
      const last = events.at(-1);
      const nextCursor = more && last ? encodeCursor(kind, [last.revision]) : null;
      return { ...checked, events: [...events], nextCursor };
    },
  );

  app.get(
    '/inventory/:sku/reservations',
    {
      config: { policy: 'read:reservations' },
      schema: {
        operationId: 'listReservations',
        tags: ['inventory'],
        summary: 'See what is reserved of a SKU, and for whom',
        description: 'The earliest first, a thousand at most; `total` and `reserved` count all.',
        headers: ReadHeaders,
        params: closed({ sku: SkuKey }),
        querystring: closed({}),
        response: {
          200: Type.Object(reservationFields, { description: 'Open reservations' }),
          ...guardedProblemResponses('not-found', 'not-yet-consistent'),
        },
      },
    },
    async (request) => {
      const found = await queries.reservations(request.params.sku);
      if (!found) throw new Problem('not-found', 'There is no such SKU.');
      return found;
    },
  );
};

/** As the schema has it; the items are written already. */
function written({ items, ...rest }: Sourced<StockList>): Buffer {
  return Buffer.concat([Buffer.from('{"items":'), items, Buffer.from(`,${JSON.stringify(rest).slice(1)}`)]);
}

/** Safe integers only. */
const revisionShape = /^\d{1,15}$/;
