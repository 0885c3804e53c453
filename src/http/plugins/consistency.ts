import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { formatPosition, type Position, parsePosition } from '../../commands/event-store.js';
import type { Queries } from '../../projections/queries.js';
import { Problem } from '../problems/problem.js';

/**
 * Read your own writes: a read that names a position waits until the read models have passed it. What they have left behind
 * on the way would never come, so it is not waited for, and the answer says that something may be missing in it.
 */
export const consistency = fp(
  (async (app, { queries, readWaitMs }) => {
    // Answers a promise only where there is something to wait for.
    app.addHook('preHandler', (request, reply, done) => {
      const sent = request.headers['x-min-event-position'];
      if (sent === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return done();
      return waitFor(sent, reply);
    });

    async function waitFor(sent: string | string[], reply: FastifyReply): Promise<void> {
      const position = typeof sent === 'string' ? parsePosition(sent) : null;
      if (!position) throw new Problem('invalid-position', 'X-Min-Event-Position is not an event position.');
      const reached = await queries.reach(position, readWaitMs);
      if (reached === 'late') {
        throw new Problem('not-yet-consistent', 'The read models have not reached that event position yet.');
      }
      if (reached === 'parked') reply.header(parkedHeader, 'true');
    }
  }) satisfies FastifyPluginAsync<{ queries: Queries; readWaitMs: number }>,
  { name: 'consistency', dependencies: ['problem-answers', 'policy-guard'] },
);

const parkedHeader = 'x-parked-streams';

/** Whether what the read models have to say may lack a write that this read wants to see. */
export function mayLackWrite(reply: FastifyReply): boolean {
  return reply.hasHeader(parkedHeader);
}

/** The answer does not come from the read models after all. */
export function lacksNothing(reply: FastifyReply): void {
  reply.removeHeader(parkedHeader);
}

/** Tells the caller where the write ended. */
export function statePosition(reply: FastifyReply, position: Position | null): void {
  if (position) reply.header('x-event-position', formatPosition(position));
}

/**
 * Waits for a write to show, so that what its caller reads next agrees; where the read models are late or away it has
 * happened all the same.
 */
export async function onceShown(
  queries: Pick<Queries, 'reach'>,
  position: Position | null,
  withinMs: number,
  signal?: AbortSignal,
): Promise<void> {
  if (position) await queries.reach(position, withinMs, signal).catch(() => undefined);
}
