import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

/** The status of a request whose caller left before its answer had begun, in logs and metrics only, as nginx has it. */
const hungUp = 499;

export interface Ending {
  /** As it was sent, or 499. */
  readonly status: number;
  /** Whether all of the answer went out. */
  readonly whole: boolean;
}

type EndListener = (request: FastifyRequest, reply: FastifyReply, ending: Ending) => void;

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells of the end of each request that came in whole, once, however it ends. */
    onEnding(listener: EndListener): void;
  }
  interface FastifyReply {
    /** Its end has been told of. */
    hasEnded: boolean;
  }
}

/**
 * Tells how requests end. The framework tells of answers that went out only: what is done for a caller that hangs up would
 * leave no trace in logs, metrics and traces.
 */
export const endings = fp(
  (async (app) => {
    const listeners: EndListener[] = [];
    app.decorateReply('hasEnded', false);
    app.decorate('onEnding', (listener: EndListener) => {
      listeners.push(listener);
    });
    app.addHook('onRequest', (request, reply, done) => {
      reply.raw.on('close', () => {
        // What never came in whole was never carried out; it is told of where its reading fails.
        if (reply.hasEnded || !request.raw.complete) return;
        const status = reply.raw.headersSent ? reply.raw.statusCode : hungUp;
        tell(request, reply, { status, whole: false });
      });
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      tell(request, reply, { status: reply.statusCode, whole: true });
      done();
    });

    function tell(request: FastifyRequest, reply: FastifyReply, ending: Ending): void {
      reply.hasEnded = true;
      for (const listener of listeners) listener(request, reply, ending);
    }
  }) satisfies FastifyPluginAsync,
  { name: 'endings' },
);
