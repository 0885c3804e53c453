import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Position } from '../../commands/event-store.js';
import type { UseCases } from '../../commands/use-cases.js';
import type { Queries } from '../../projections/queries.js';
import type { SyncView } from '../../projections/views.js';
import type { Limits } from '../options.js';
import { onceShown, statePosition } from '../plugins/consistency.js';
import { commandContext } from '../plugins/correlation.js';
import { Problem } from '../problems/problem.js';
import { closed, PageLimit, phrase, ReadHeaders } from '../schemas/fields.js';
import { bodyProblems, guardedProblemResponses, ref } from '../schemas/shared.js';

interface Parts {
  readonly useCases: UseCases;
  readonly queries: Queries;
  readonly limits: Limits;
}

/** Copies of the warehouse's stock: one asked for now, and those of the past. */
export const inventorySyncRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { useCases, queries, limits }) => {
  // The run that is waited for may need a worker that this process has stopped already.
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.post(
    '/inventory/sync',
    {
      config: { policy: 'run:sync', handlerMs: limits.syncWaitMs },
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
      const { syncId, position = null } = await useCases.syncInventory(asked, commandContext(request));
      if (!wait) return reply.code(202).send({ syncId });
      statePosition(reply, position);
      return reply.code(200).send(await endedRun(queries, { syncId, position }, limits.readWaitMs, closing.signal));
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

/** Aborts when the caller has its answer, which may be that its time is up, or has left. */
function answered({ raw }: FastifyReply): AbortSignal {
  const over = new AbortController();
  raw.once('close', () => over.abort());
  if (raw.destroyed) over.abort();
  return over.signal;
}

/** Milliseconds between two looks at the read model: it is a few events behind at most. */
const lookEveryMs = 50;

/** A closing process does not wait longer than this for a record that may not come. */
const closingWaitMs = 1_000;

/** The run as the read model has it, which may be a moment behind the run itself, once what it has brought is shown too. */
async function endedRun(
  queries: Queries,
  { syncId, position }: { syncId: string; position: Position | null },
  waitMs: number,
  closing: AbortSignal,
): Promise<SyncView> {
  const withinMs = closing.aborted ? Math.min(waitMs, closingWaitMs) : waitMs;
  const deadline = performance.now() + withinMs;
  await onceShown(queries, position, withinMs, closing);
  do {
    const run = await queries.sync(syncId);
    if (run && run.status !== 'running') return run;
    await sleep(lookEveryMs);
  } while (performance.now() < deadline);
  const facts = { syncId };
  if (closing.aborted)
    throw new Problem('unavailable', 'This process stops; the run that was asked for goes on.', { facts });
  throw new Problem('not-yet-consistent', 'The run has ended, but its record has not reached the read models yet.', {
    facts,
  });
}
