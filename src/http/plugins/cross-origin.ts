import cors, { type FastifyCorsOptionsDelegateCallback } from '@fastify/cors';
import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';

/** Seconds a browser may remember what it was allowed; a changed configuration is seen after this at the latest. */
const rememberSeconds = 600;

/**
 * Lets pages of the named origins call the API. Credentials are bearer tokens the page holds itself, so no cookie is
 * allowed along. Register before the routes and before what watches over them: preflights carry no credential.
 */
export const crossOrigin = fp(
  (async (app, { origins }) => {
    app.addHook('onRoute', (route) => {
      // The library's route for preflights; what is none ends there as an unknown address.
      if (route.url === '*' && route.method === 'OPTIONS') route.config = { ...route.config, policy: 'public' };
    });
    const delegator: FastifyCorsOptionsDelegateCallback = (request, done) => {
      const { origin, 'access-control-request-method': asked } = request.headers;
      done(null, {
        origin: [...origins],
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'],
        allowedHeaders: requestHeaders,
        exposedHeaders: answerHeaders,
        maxAge: rememberSeconds,
        preflight: origin !== undefined && asked !== undefined,
      });
    };
    await app.register(cors, { delegator });
  }) satisfies FastifyPluginAsync<{ origins: readonly string[] }>,
  { name: 'cross-origin' },
);

const requestHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Traceparent',
  'X-Correlation-Id',
  'X-Min-Event-Position',
];

const answerHeaders = [
  'Allow',
  'Content-Disposition',
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'WWW-Authenticate',
  'X-Correlation-Id',
  'X-Event-Position',
  'X-Parked-Streams',
];
