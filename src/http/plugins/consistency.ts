import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { formatPosition, type Position, parsePosition } from '../../commands/event-store.js';
import type { Queries } from '../../projections/queries.js';
import { Problem } from '../problems/problem.js';

/** Read your own writes: a read that names a position waits until the read models have passed it. */
export const consistency = fp(
  (async (app, { queries, readWaitMs }) => {
    // Answers a promise only where there is something to wait for.
    app.addHook('preHandler', (request, _reply, done) => {
      const sent = request.headers['x-min-event-position'];
      if (sent === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return done();
      return waitFor(sent);
    });

    async function waitFor(sent: string | string[]): Promise<void> {
      const position = typeof sent === 'string' ? parsePosition(sent) : null;
      if (!position) throw new Problem('invalid-position', 'X-Min-Event-Position is not an event position.');
      if (!(await queries.waitFor(position, readWaitMs))) {
        throw new Problem('not-yet-consistent', 'The read models have not reached that event position yet.');
      }
    }
  }) satisfies FastifyPluginAsync<{ queries: Queries; readWaitMs: number }>,
  { name: 'consistency', dependencies: ['problem-answers', 'policy-guard'] },
);

/** Tells the caller where the write ended. */
export function statePosition(reply: FastifyReply, position: Position | null): void {
  if (position) reply.header('x-event-position', formatPosition(position));
}
