import type { Socket } from 'node:net';
import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import type { Logger, Metrics } from '../../commands/ports.js';
import { hasHalfRequest, isIdle, owedOn } from '../connections.js';
import type { Limits } from '../options.js';
import { Problem } from '../problems/problem.js';
import { refuse } from './socket-refusals.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on readiness answers 503 and every answer closes its connection. */
    setStopping(): void;
    isStopping(): boolean;
  }
}

interface Parts {
  readonly connections: ReadonlySet<Socket>;
  readonly limits: Pick<Limits, 'stopUnsentMs' | 'stopMs'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Milliseconds between two looks at the connections that are left. */
const lookEveryMs = 100;

/**
 * How the process leaves its clients: idle connections are closed at once, what has come is answered, and neither a client
 * that sends nothing nor one that reads nothing holds up the stop for long.
 */
export const stopping = fp(
  (async (app, { connections, limits, ...tellers }) => {
    let stopping = false;
    app.decorate('setStopping', () => {
      stopping = true;
    });
    app.decorate('isStopping', () => stopping);
    // With the answer, for the stop may have begun since the request came.
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (stopping) reply.header('connection', 'close');
      done();
    });
    // Node takes an answer that is written, but not yet sent, for the end of one, and would cut it off.
    app.server.closeIdleConnections = () => {
      for (const socket of connections) if (isIdle(socket)) socket.destroy();
    };
    app.addHook('preClose', async () => {
      stopping = true;
      if (!app.server.listening) return;
      const deadline = performance.now() + limits.stopUnsentMs;
      const looks = setInterval(() => {
        if (performance.now() >= deadline) for (const socket of connections) hangUp(socket);
      }, lookEveryMs);
      const end = setTimeout(cutOff, limits.stopMs);
      app.server.once('close', () => {
        clearInterval(looks);
        clearTimeout(end);
      });
    });

    /** Nothing is owed any more, and there was time enough to send. */
    function hangUp(socket: Socket): void {
      if (!socket.writable || owedOn(socket).length > 0) return;
      if (hasHalfRequest(socket)) refuse(socket, new Problem('unavailable', 'This process stops.'), tellers);
      else socket.destroy();
    }

    function cutOff(): void {
      tellers.logger.warn({ connections: connections.size }, 'the stop does not wait for these connections any longer');
      app.server.closeAllConnections();
    }
  }) satisfies FastifyPluginAsync<Parts>,
  { name: 'stopping' },
);
