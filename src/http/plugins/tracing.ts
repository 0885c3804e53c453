import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import type { OpenSpan, Tracing } from '../../commands/ports.js';

/** A span per request, in the trace of its correlation id. Names are route templates: addresses can hold names. */
export const tracing = fp(
  (async (app, options) => {
    const open = new WeakMap<object, OpenSpan>();
    app.addHook('onRequest', (request, _reply, done) => {
      if (request.routeOptions.config.quiet) {
        done();
        return;
      }
      const route = request.routeOptions.url ?? 'unmatched';
      const facts = {
        name: `${request.method} ${route}`,
        kind: 'server',
        correlationId: request.id,
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'portal.correlation_id': request.id,
        },
      } as const;
      open.set(request, options.tracing.enter(facts, done));
    });
    app.onEnding((request, _reply, { status }) => {
      const attributes = { 'http.response.status_code': status };
      open.get(request)?.end({ attributes, failed: status >= 500 });
    });
  }) satisfies FastifyPluginAsync<{ tracing: Tracing }>,
  { name: 'tracing', dependencies: ['correlation'] },
);
