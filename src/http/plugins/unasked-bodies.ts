import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { pointerTo } from '../problems/field-errors.js';
import { Problem } from '../problems/problem.js';

/** Refuses the body of a request that takes none: what somebody asks for in it shall not be passed over. */
export const unaskedBodies = fp(
  (async (app) => {
    app.addHook('preValidation', (request, _reply, done) => {
      const { body, routeOptions } = request;
      if (request.is404 || routeOptions.schema?.body || Buffer.isBuffer(body)) return done();
      if (isNothing(body) && !hasUnread(request)) return done();
      const [field = ''] = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
      const pointer = field === '' ? '' : pointerTo(field);
      const detail = 'the request takes no body';
      const error = { in: 'body', field: field.slice(0, 100), pointer, rule: 'additionalProperties', detail } as const;
      done(new Problem('validation-failed', `body: ${detail}.`, { errors: [error] }));
    });
  }) satisfies FastifyPluginAsync,
  { name: 'unasked-bodies' },
);

/** The body of a read is never parsed: its headers tell that there is one. */
function hasUnread({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isNothing(body: unknown): body is undefined | null {
  return body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
}
