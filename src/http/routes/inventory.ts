import { Socket } from 'node:net';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Histories, UseCases } from '../../commands/use-cases.js';
import { toInventoryView } from '../../projections/models/products.js';
import { cursorKind, decodeCursor, encodeCursor } from '../../projections/queries/cursor.js';
import type { InventoryView, Queries, SyncView } from '../../projections/queries.js';
import { Moment, momentOf } from '../moment.js';
import type { Limits } from '../options.js';
import { commandContext } from '../plugins/correlation.js';
import { preparedAnswers } from '../prepared.js';
import { streamProblems } from '../problems/catalogue.js';
import { Problem } from '../problems/problem.js';
import {
  Cursor,
  closed,
  count,
  NextCursor,
  PageLimit,
  phrase,
  ReadHeaders,
  Sku,
  SkuKey,
  sourced,
} from '../schemas/fields.js';
import { HistoryLimit, historyFields } from '../schemas/history.js';
import { reservationFields, withInventoryFields } from '../schemas/inventory.js';
import { bodyProblems, guardedProblemResponses, ref } from '../schemas/shared.js';

interface Parts {
  readonly queries: Queries;
  readonly histories: Histories;
  readonly useCases: UseCases;
  readonly limits: Limits;
}

export const inventoryRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const { queries, histories, useCases, limits } = parts;
  // The run that is waited for may need a worker that this process has stopped already.
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  const all = preparedAnswers((found: Awaited<ReturnType<Queries['inventory']>>) => found, limits.compressFromBytes);
  const one = preparedAnswers(
    ({ item, ...source }: NonNullable<Awaited<ReturnType<Queries['inventoryItem']>>>) => ({
      ...item,
      ...source,
    }),
    limits.compressFromBytes,
  );

  app.get(
    '/inventory',
    {
      config: { policy: 'read:catalogue' },
      schema: {
        operationId: 'listInventory',
        tags: ['inventory'],
        summary: 'List stock',
        description: 'Every listed SKU, from the cache where it has them.',
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
    async (request, reply) => all(request, reply, await queries.inventory()),
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
          'the events; also for a SKU that is no longer listed.',
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
      if (asOf !== undefined) {
        const past = await histories.inventoryAsOf(sku, momentOf('asOf', asOf));
        if (!past) throw new Problem('not-found', 'There was no such SKU at that moment.');
        const { state: item, recordedAt } = past;
        return { ...toInventoryView({ item, updatedAt: recordedAt }), source: 'events' as const, asOf: recordedAt };
      }
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
          'the page before on.',
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
      const { events, verified, more } = history;
      const last = events.at(-1);
      const nextCursor = more && last ? encodeCursor(kind, [last.revision]) : null;
      return { sku, events: [...events], verified, nextCursor };
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

  app.post(
    '/inventory/sync',
    {
      config: { policy: 'run:sync' },
      handlerTimeout: limits.syncWaitMs,
      schema: {
        operationId: 'syncInventory',
        tags: ['inventory'],
        summary: 'Sync with the warehouse now',
        description:
          'Starts a run, or joins the one under way. With `wait` the answer is the finished run, completed or failed. ' +
          'Needs no body.',
        querystring: closed({
          wait: Type.Boolean({ default: false, description: 'Answer when the run has ended' }),
          force: Type.Boolean({
            default: false,
            description: 'Believe a snapshot that shrank by more than half or disagrees with its own count',
          }),
        }),
        response: {
          200: ref<SyncView>('SyncRun', 'The run, ended'),
          202: Type.Object(
            { syncId: phrase('The id of the run', '5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11') },
            { description: 'The run goes on; see `GET /inventory/syncs`' },
          ),
          ...guardedProblemResponses('not-yet-consistent', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { wait, force } = request.query;
      // Nothing is sent while the run lasts, which the connection's own limit would take for a dead peer.
      if (wait && request.socket instanceof Socket) request.socket.setTimeout(limits.syncWaitMs);
      const over = wait ? { signal: AbortSignal.any([closing.signal, answered(reply)]) } : {};
      const asked = { force, wait, trigger: 'manual', ...over } as const;
      const { syncId } = await useCases.syncInventory(asked, commandContext(request));
      if (!wait) return reply.code(202).send({ syncId });
      return reply.code(200).send(await endedRun(queries, syncId, limits.readWaitMs, closing.signal));
    },
  );

  app.get(
    '/inventory/syncs',
    {
      config: { policy: 'read:syncs' },
      schema: {
        operationId: 'listSyncs',
        tags: ['inventory'],
        summary: 'List past syncs',
        description: 'Newest first.',
        headers: ReadHeaders,
        querystring: closed({ limit: PageLimit }),
        response: {
          200: Type.Object(
            { items: Type.Array(ref<SyncView>('SyncRun'), { description: 'Newest first' }) },
            { description: 'Runs' },
          ),
          ...guardedProblemResponses('not-yet-consistent'),
        },
      },
    },
    async (request) => ({ items: await queries.syncs({ limit: request.query.limit }) }),
  );
};

/** Safe integers only. */
const revisionShape = /^\d{1,15}$/;

/** Aborts when the caller has its answer, be it that its time is up, or has left. */
function answered({ raw }: FastifyReply): AbortSignal {
  const over = new AbortController();
  raw.once('close', () => over.abort());
  return over.signal;
}

/** Milliseconds between two looks at the read model: it is a few events behind at most. */
const LOOK_EVERY_MS = 50;

/** A closing process does not wait longer than this for a record that may not come. */
const CLOSING_WAIT_MS = 1_000;

/** The run as the read model has it, which may be a moment behind the run itself. */
async function endedRun(queries: Queries, syncId: string, waitMs: number, closing: AbortSignal): Promise<SyncView> {
  const withinMs = closing.aborted ? Math.min(waitMs, CLOSING_WAIT_MS) : waitMs;
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; ) {
    const run = await queries.sync(syncId);
    if (run && run.status !== 'running') return run;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const facts = { syncId };
  if (closing.aborted)
    throw new Problem('unavailable', 'This process stops; the run that was asked for goes on.', { facts });
  throw new Problem('not-yet-consistent', 'The run has ended, but its record has not reached the read models yet.', {
    facts,
  });
}
