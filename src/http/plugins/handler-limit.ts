import { errorCodes, type FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Milliseconds its handler may take, where that is more than others may. */
    handlerMs?: number;
  }
}

/**
 * Holds the time limit of handlers, from when the request has been read. The framework's own timer also runs while a body
 * arrives, and would blame the portal for a slow client; that one is Node's to refuse.
 */
export const handlerLimit = fp(
  (async (app, { handlerMs }) => {
    app.addHook('preValidation', (request, reply, done) => {
      const { config, url } = request.routeOptions;
      const limitMs = config.handlerMs ?? handlerMs;
      const timer = setTimeout(() => {
        if (reply.sent) return;
        // What has begun cannot become another answer: it is cut off, so that nobody takes it for whole.
        if (reply.raw.headersSent) {
          request.log.warn(
            { requestId: request.requestId, route: url, limitMs },
            'an answer took too long and was cut off',
          );
          reply.raw.destroy();
        } else reply.send(new errorCodes.FST_ERR_HANDLER_TIMEOUT(String(limitMs), url));
      }, limitMs);
      reply.raw.on('close', () => clearTimeout(timer));
      done();
    });
  }) satisfies FastifyPluginAsync<{ handlerMs: number }>,
  { name: 'handler-limit', dependencies: ['problem-answers'] },
);
