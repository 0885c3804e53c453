import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { underWayOn } from '../connections.js';
import { Problem } from '../problems/problem.js';

/** Seconds: by then the first of them are answered. */
const retryAfter = '1';

/**
 * Bounds how many requests of one connection are under way. Node takes all that one packet holds at once, hundreds of them,
 * and keeps their answers until the client reads.
 */
export const pipelining = fp(
  (async (app, { pipelined }) => {
    app.addHook('onRequest', ({ raw }, _reply, done) => {
      if (underWayOn(raw.socket) > pipelined) {
        const detail = `No more than ${pipelined} requests of a connection are carried out at a time.`;
        throw new Problem('rate-limited', detail, { headers: { 'retry-after': retryAfter } });
      }
      done();
    });
  }) satisfies FastifyPluginAsync<{ pipelined: number }>,
  { name: 'pipelining', dependencies: ['problem-answers'] },
);
