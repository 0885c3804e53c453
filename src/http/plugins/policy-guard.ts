import type { FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';
import { browserChallenge } from '../security/browser-login.js';
import { allows, isPolicy, type Policy, policies } from '../security/policies.js';
import type { Principal } from '../security/principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. The app does not start when a route names none. */
    policy?: Policy;
    /** Probes: logged at debug level only. */
    quiet?: boolean;
  }
  interface FastifyInstance {
    /** Every route with its policy. */
    routePolicies(): readonly { method: string; url: string; policy: Policy }[];
  }
}

/** Checks the right of the principal before the body is read. A route without a policy keeps the app from starting. */
export const policyGuard = fp(
  async (app) => {
    const routes: RouteOptions[] = [];
    app.decorate('routePolicies', () => routes.flatMap(withPolicy));
    app.addHook('onRoute', (route) => {
      routes.push(route);
    });
    app.addHook('onReady', async () => {
      const open = routes.filter((route) => !isPolicy(route.config?.policy));
      if (open.length > 0) {
        throw new Error(`routes without a policy: ${open.map((route) => `${route.method} ${route.url}`).join(', ')}`);
      }
    });
    app.addHook('onRequest', (request, _reply, done) => {
      if (request.is404) return done();
      const { policy, browser = false } = request.routeOptions.config;
      if (policy === undefined) throw new Error('a route without a policy was reached');
      if (policies[policy] === null) return done();
      const { principal } = request;
      if (!principal) throw unauthenticated(request.headers.authorization, browser);
      if (!allows(policy, principal)) throw new Problem('forbidden', `This needs the right ${policy}.`);
      done();
    });
  },
  { name: 'policy-guard', dependencies: ['authentication'] },
);

/** Who sent a token and reads `invalid_token` gets a new one; who sent none logs in first. RFC 6750, section 3. */
function unauthenticated(sent: string | undefined, browser: boolean): Problem {
  const invalid = /^Bearer /i.test(sent ?? '');
  const detail = invalid
    ? 'The token or key is not valid: wrong, expired or revoked.'
    : 'The request carries no token.';
  const challenge = browser ? browserChallenge : `Bearer realm="portal"${invalid ? ', error="invalid_token"' : ''}`;
  return new Problem('unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
}

/** The principal of a route whose policy asks for one. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error('the route has no principal: its policy asks for no credential');
  return request.principal;
}

function withPolicy(route: RouteOptions): { method: string; url: string; policy: Policy }[] {
  const policy = route.config?.policy;
  if (!isPolicy(policy)) return [];
  return [route.method].flat().map((method) => ({ method, url: route.url, policy }));
}
