import { errorCodes, type FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';

/**
 * Holds the time limit of handlers for requests that bring a body. The framework's own timer ends when such a body has
 * been read, and what has not come to an end by itself would never be answered.
 */
export const handlerLimit = fp(
  (async (app) => {
    app.addHook('preHandler', (request, reply, done) => {
      if (request.body !== undefined) {
        const { handlerTimeout, url } = request.routeOptions;
        const timer = setTimeout(() => {
          if (!reply.sent) reply.send(new errorCodes.FST_ERR_HANDLER_TIMEOUT(String(handlerTimeout), url));
        }, handlerTimeout);
        reply.raw.once('close', () => clearTimeout(timer));
      }
      done();
    });
  }) satisfies FastifyPluginAsync,
  { name: 'handler-limit', dependencies: ['problem-answers'] },
);
