import { errorCodes, type FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';
import { timesSent } from '../repeated-headers.js';
import { withBrowserLogin } from '../security/browser-login.js';
import { policies } from '../security/policies.js';
import type { Authenticate, Principal } from '../security/principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Pages that only show something: a browser may log in with its own window. */
    browser?: boolean;
  }
  interface FastifyRequest {
    /** Null on routes that ask for no credential, and when the request carries no valid one. */
    principal: Principal | null;
  }
}

/** Finds out who sends a request, before anything is decided by it. Routes that ask for no credential look at none. */
export const authentication = fp(
  (async (app, { authenticate, handlerMs }) => {
    app.decorateRequest('principal', null);
    app.addHook('onRequest', (request, _reply, done) => {
      const { policy, browser = false } = request.routeOptions.config;
      if (request.is404 || policy === undefined || policies[policy] === null) return done();
      // The first would count here, and another one perhaps where a gateway looked.
      if (timesSent(request.raw.rawHeaders, 'authorization') > 1) {
        throw new Problem('malformed-request', 'A request has one credential, in one `Authorization`.');
      }
      const headers = browser ? withBrowserLogin(request.headers) : request.headers;
      const found = authenticate({ headers });
      if (found instanceof Promise) {
        return inTime(found, handlerMs, request.routeOptions.url).then((principal) => {
          request.principal = principal;
        });
      }
      request.principal = found;
      done();
    });
  }) satisfies FastifyPluginAsync<{ authenticate: Authenticate; handlerMs: number }>,
  { name: 'authentication', dependencies: ['problem-answers'] },
);

/** The limit of handlers begins when the request has been read, and a store that has stopped may never tell of a key. */
async function inTime(found: Promise<Principal | null>, limitMs: number, url = ''): Promise<Principal | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new errorCodes.FST_ERR_HANDLER_TIMEOUT(String(limitMs), url)), limitMs);
  });
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
