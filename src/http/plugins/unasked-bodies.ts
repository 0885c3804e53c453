import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';

/** Refuses the body of a request that takes none: what somebody asks for in it shall not be passed over. */
export const unaskedBodies = fp(
  (async (app) => {
    app.addHook('preValidation', (request, _reply, done) => {
      const { body, routeOptions } = request;
      if (routeOptions.schema?.body || Buffer.isBuffer(body) || isNothing(body)) return done();
      const [field = ''] = typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : [];
      const pointer = field === '' ? '' : `/${field.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const detail = 'the request takes no body';
      const error = { in: 'body', field: field.slice(0, 100), pointer, rule: 'additionalProperties', detail } as const;
      done(new Problem('validation-failed', `body: ${detail}.`, { errors: [error] }));
    });
  }) satisfies FastifyPluginAsync,
  { name: 'unasked-bodies' },
);

function isNothing(body: unknown): body is undefined | null {
  return body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
}
