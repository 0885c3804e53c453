import type { FastifyInstance } from 'fastify';
import { createQueueBoard } from '../adapters/queue/board.js';
import type { Portal } from '../compose.js';
import { createHealth, type NamedProjector, tellWorking } from '../health.js';
import { buildApp } from '../http/app.js';
import { queueBoardPath } from '../http/options.js';
import { callerLimits, createAuthenticator } from './callers.js';

/** The HTTP app over the portal. @param projectors those of this process, for its health and metrics */
export function createApp(portal: Portal, projectors: readonly NamedProjector[]): Promise<FastifyInstance> {
  const { config, logger, metrics, tracing } = portal;
  return buildApp({
    useCases: portal.useCases,
    queries: portal.projections.queries,
    histories: portal.histories,
    changes: portal.changes,
    health: createHealth(portal, projectors),
    renderMetrics: async () => {
      tellWorking(metrics, projectors);
      return { contentType: metrics.contentType, body: await metrics.render() };
    },
    metrics,
    logger,
    errors: portal.reporter,
    ...(tracing ? { tracing } : {}),
    authenticate: createAuthenticator(config, portal),
    rateLimits: { counter: portal.rateCounter, ...callerLimits(config) },
    queueBoard: createQueueBoard(portal.queues.queues, queueBoardPath),
    auditKeys: portal.audit.published,
    corsOrigins: config.CORS_ORIGINS,
    loopbackHostsOnly: config.AUTH_MODE === 'open',
    ...(config.TRUST_PROXY.length > 0 ? { trustProxy: config.TRUST_PROXY } : {}),
    servesApi: config.ROLES.includes('api'),
  });
}
