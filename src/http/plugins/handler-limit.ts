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
 * arrives, and would blame the portal for a slow client; that one is Node's to refuse. An answer that has begun may take
 * any time, as long as it goes on: within the limit something of it must leave.
 */
export const handlerLimit = fp(
  (async (app, { handlerMs }) => {
    app.addHook('preValidation', (request, reply, done) => {
      const { config, url } = request.routeOptions;
      const limitMs = config.handlerMs ?? handlerMs;
      let gone = 0;
      const timer = setTimeout(() => {
        if (reply.sent) return;
        if (!reply.raw.headersSent) {
          reply.send(new errorCodes.FST_ERR_HANDLER_TIMEOUT(String(limitMs), url));
          // Nobody waits for what the handler still brings; the framework would warn of a mistake in the code.
          reply.send = () => reply;
          return;
        }
        const { bytesWritten } = request.raw.socket;
        if (bytesWritten > gone) {
          gone = bytesWritten;
          timer.refresh();
          return;
        }
        // It cannot become another answer: it is cut off, so that nobody takes it for whole.
        request.log.warn(
          { requestId: request.requestId, route: url, limitMs },
          'an answer stood still for too long and was cut off',
        );
        reply.raw.destroy();
      }, limitMs);
      reply.raw.on('close', () => clearTimeout(timer));
      done();
    });
  }) satisfies FastifyPluginAsync<{ handlerMs: number }>,
  { name: 'handler-limit', dependencies: ['problem-answers'] },
);
