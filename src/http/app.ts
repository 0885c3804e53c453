import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { followConnections } from './connections.js';
import { fastifyLogger } from './logger.js';
import { type AppOptions, defaultLimits, type Limits, queueBoardPath } from './options.js';
import { authentication } from './plugins/authentication.js';
import { bodyParsers } from './plugins/body-parsers.js';
import { compression } from './plugins/compression.js';
import { consistency } from './plugins/consistency.js';
import { correlation, correlationIdOf } from './plugins/correlation.js';
import { crossOrigin } from './plugins/cross-origin.js';
import { emptyParameters } from './plugins/empty-parameters.js';
import { entityTags } from './plugins/entity-tags.js';
import { handlerLimit } from './plugins/handler-limit.js';
import { hostHeader, hostHeaderOptions } from './plugins/host-header.js';
import { httpMetrics } from './plugins/http-metrics.js';
import { loopbackHosts } from './plugins/loopback-hosts.js';
import { openapi } from './plugins/openapi.js';
import { pipelining } from './plugins/pipelining.js';
import { policyGuard } from './plugins/policy-guard.js';
import { answerProblem, problemAnswers } from './plugins/problem-answers.js';
import { querystrings } from './plugins/querystrings.js';
import { rateLimits } from './plugins/rate-limits.js';
import { securityHeaders } from './plugins/security-headers.js';
import { slowRequestOptions } from './plugins/slow-requests.js';
import { socketRefusals } from './plugins/socket-refusals.js';
import { stopping } from './plugins/stopping.js';
import { tracing } from './plugins/tracing.js';
import { unaskedBodies } from './plugins/unasked-bodies.js';
import { problemFrom } from './problems/from-error.js';
import { auditKeyRoutes } from './routes/audit-key.js';
import { brandRoutes } from './routes/brands.js';
import { documentationRoutes } from './routes/documentation.js';
import { eventRoutes } from './routes/events.js';
import { inventoryRoutes } from './routes/inventory.js';
import { inventorySyncRoutes } from './routes/inventory-syncs.js';
import { lotRoutes } from './routes/lots.js';
import { operationsRoutes } from './routes/operations.js';
import { orderRoutes } from './routes/orders.js';
import { payoutRoutes } from './routes/payouts.js';
import { productRoutes } from './routes/products.js';
import { queueBoardRoutes } from './routes/queue-board.js';
import { webhookRoutes } from './routes/webhooks.js';
import { schemaCompilers } from './schemas/compilers.js';
import { sharedSchemas } from './schemas/shared.js';

/**
 * The HTTP app, ready but not listening; `listen` and `close` are the caller's. Before closing, `setStopping()` turns
 * readiness to 503 so that a load balancer looks elsewhere first.
 * @throws when a route has no policy
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const app = createServer(options, limits);
  for (const schema of sharedSchemas) app.addSchema(schema);
  await registerPlugins(app, options, limits);
  await registerRoutes(app, options, limits);
  await app.ready();
  return app;
}

function createServer(options: AppOptions, limits: Limits): FastifyInstance {
  return Fastify({
    http: { ...hostHeaderOptions, ...slowRequestOptions(limits.requestMs) },
    loggerInstance: fastifyLogger(options.logger),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    genReqId: (request) => correlationIdOf(request.headers) ?? randomUUID(),
    requestIdHeader: false,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    bodyLimit: limits.bodyBytes,
    connectionTimeout: limits.connectionMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    // A request that made it in before the listener closed is answered; its connection is closed with the answer.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: true,
        // All broken rules at once; the body limit bounds the work.
        allErrors: true,
        // With the rule that was broken, for its examples.
        verbose: true,
        allowUnionTypes: true,
        unicodeRegExp: true,
      },
    },
    schemaController: { compilersFactory: schemaCompilers },
    clientErrorHandler: socketRefusals(options),
    frameworkErrors: (error, request, reply) => {
      void answerProblem(problemFrom(error), request.id, reply as FastifyReply);
    },
  });
}

/**
 * What happens to every request. Hooks of one kind run in the order of their registration, so this order is that of the
 * checks; test/integration/http/order-of-checks.test.ts holds it. A plugin that cannot do without another one names it in
 * its `dependencies`.
 */
async function registerPlugins(app: FastifyInstance, options: AppOptions, limits: Limits): Promise<void> {
  const { metrics, logger } = options;
  // What every answer bears or is counted by, whoever refuses: nothing may refuse before these.
  await app.register(correlation);
  await app.register(emptyParameters);
  if (options.tracing) await app.register(tracing, { tracing: options.tracing });
  await app.register(securityHeaders);
  await app.register(httpMetrics, { metrics });
  const origins = options.corsOrigins ?? [];
  // Before what lists the methods of each address: its catch-all route must not be on that list.
  if (origins.length > 0) await app.register(crossOrigin, { origins });
  await app.register(problemAnswers, { errors: options.errors });
  await app.register(handlerLimit, { handlerMs: limits.handlerMs });
  await app.register(stopping, { connections: followConnections(app.server), limits, logger, metrics });
  await app.register(pipelining, limits);
  // For whom it is, then who asks, then how often, and only then whether they may: guessing costs a guess each time.
  await app.register(hostHeader);
  if (options.loopbackHostsOnly) await app.register(loopbackHosts);
  await app.register(authentication, { authenticate: options.authenticate, handlerMs: limits.handlerMs });
  if (options.rateLimits) await app.register(rateLimits, { limits: options.rateLimits, metrics, logger });
  await app.register(policyGuard);
  // Of the request itself, which is read when its caller may send it.
  await app.register(compression, { fromBytes: limits.compressFromBytes });
  await app.register(bodyParsers);
  await app.register(querystrings);
  await app.register(unaskedBodies);
}

async function registerRoutes(app: FastifyInstance, options: AppOptions, limits: Limits): Promise<void> {
  const { servesApi = true, queueBoard: board } = options;
  if (servesApi) await app.register(openapi);
  await app.register(operationsRoutes, options);
  await app.register(auditKeyRoutes, { auditKeys: options.auditKeys ?? [] });
  if (!servesApi) return;
  await app.register(documentationRoutes);
  if (board) await app.register(queueBoardRoutes, { prefix: queueBoardPath, board });
  await app.register(
    async (api) => {
      await api.register(entityTags);
      await api.register(consistency, { queries: options.queries, readWaitMs: limits.readWaitMs });
      const parts = { ...options, limits };
      await api.register(productRoutes, parts);
      await api.register(inventoryRoutes, parts);
      await api.register(inventorySyncRoutes, parts);
      await api.register(lotRoutes, parts);
      await api.register(orderRoutes, parts);
      await api.register(brandRoutes, parts);
      await api.register(payoutRoutes, parts);
      await api.register(eventRoutes, parts);
      await api.register(webhookRoutes, parts);
    },
    { prefix: '/api/v1' },
  );
}
