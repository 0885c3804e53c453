import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { policies } from '../security/policies.js';
import type { Authenticate, Principal } from '../security/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on routes that ask for no credential, and when the request carries no valid one. */
    principal: Principal | null;
  }
}

/** Finds out who sends a request, before anything is decided by it. Routes that ask for no credential look at none. */
export const authentication = fp(
  (async (app, { authenticate }) => {
    app.decorateRequest('principal', null);
    app.addHook('onRequest', async (request) => {
      const policy = request.is404 ? undefined : request.routeOptions.config.policy;
      if (policy !== undefined && policies[policy] !== null) request.principal = await authenticate(request);
    });
  }) satisfies FastifyPluginAsync<{ authenticate: Authenticate }>,
  { name: 'authentication', dependencies: ['problem-answers'] },
);
