import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { CommandContext } from '../../commands/use-cases.js';
import { actorOf } from '../security/principal.js';
import { endings } from './endings.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Unlike the correlation id (`id`) never chosen by the client: names this one request as a cause. */
    requestId: string;
  }
}

/** The correlation id comes back on every answer and stands in every log line; one line per request that came in whole. */
export const correlation = fp(
  async (app) => {
    await app.register(endings);
    app.decorateRequest('requestId', '');
    app.addHook('onRequest', (request, reply, done) => {
      // An id that was made here names this request alone already.
      request.requestId = correlationIdOf(request.headers) === null ? request.id : randomUUID();
      reply.header('x-correlation-id', request.id);
      done();
    });
    app.onEnding((request, reply, { status, whole }) => {
      const facts = {
        correlationId: request.id,
        requestId: request.requestId,
        method: request.method,
        // The template, not the address: queries can hold names and e-mail addresses.
        route: request.routeOptions.url ?? 'unmatched',
        status,
        durationMs: Math.round(reply.elapsedTime),
        ...(request.principal ? { actor: actorOf(request.principal) } : {}),
      };
      // Not by the request's own logger, which would copy the facts to add the id.
      const message = whole ? 'request completed' : 'the connection ended before the answer did';
      if (request.routeOptions.config.quiet) app.log.debug(facts, message);
      else app.log.info(facts, message);
    });
  },
  { name: 'correlation' },
);

/** The client's correlation id when it is sane: 1 to 64 characters that are safe in headers, logs and metadata. */
export function correlationIdOf(headers: IncomingHttpHeaders): string | null {
  const sent = headers['x-correlation-id'];
  return typeof sent === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(sent) ? sent : null;
}

/** Why and for whom the commands of this request run. */
export function commandContext(request: FastifyRequest): CommandContext {
  return {
    correlationId: request.id,
    causationId: request.requestId,
    actor: request.principal ? actorOf(request.principal) : 'anonymous',
  };
}
