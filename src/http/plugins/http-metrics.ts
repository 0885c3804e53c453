import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import type { Metrics } from '../../commands/ports.js';

/** Durations by route template, so that ids in addresses make no new time series. */
export const httpMetrics = fp(
  (async (app, { metrics }) => {
    app.onEnding((request, reply, { status }) => {
      metrics.observe('portal_http_request_duration_seconds', reply.elapsedTime / 1000, {
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        status: String(status),
      });
    });
  }) satisfies FastifyPluginAsync<{ metrics: Metrics }>,
  { name: 'http-metrics', dependencies: ['correlation'] },
);
