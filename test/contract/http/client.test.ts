import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeAndFollow } from '../../../client/example.js';
import { createPortalClient, dataOf, RequestRefused } from '../../../client/index.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { createLogger } from '../../../src/adapters/telemetry/logger.js';
import { compose, type Portal } from '../../../src/compose.js';
import { loadConfig } from '../../../src/config.js';
import { createHealth } from '../../../src/health.js';
import { buildApp } from '../../../src/http/app.js';
import { openAuthenticator } from '../../../src/http/security/principal.js';
import { startWorkers } from '../../../src/workers.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: TestStack;
let portal: Portal;
let app: FastifyInstance;
let address: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  stack = await startTestStack(['postgres', 'redis', 'eventstoredb', 'extensiv', 'stripe', 'delivery', 'mail']);
  const config = loadConfig({ ...stack.env, AUTH_MODE: 'open', LOG_DIR: 'none' });
  const logger = createLogger({ level: 'silent', dir: null, pretty: false });
  portal = compose(config, logger);
  await migrate(portal.pools.projections);
  await portal.personalKeys.ready();
  const readModels = portal.projections.startReadModels();
  const workers = await startWorkers(portal);
  app = await buildApp({
    ...portal,
    queries: portal.projections.queries,
    health: createHealth(portal, []),
    renderMetrics: async () => ({ contentType: portal.metrics.contentType, body: await portal.metrics.render() }),
    auth: openAuthenticator(),
    auditKeys: portal.audit.published,
  } as Parameters<typeof buildApp>[0]);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  stop = async () => {
    await app.close();
    await workers.stop();
    await readModels.stop();
    await portal.close();
  };
  await until('there is stock', async () => (await portal.projections.queries.inventory()).total > 0);
}, 120_000);

afterAll(async () => {
  await stop?.();
  await stack?.stop();
}, 60_000);

describe('the generated client', () => {
  it('places an order and follows it until it is cancelled', async () => {
    const client = createPortalClient({ baseUrl: address });
    const order = await placeAndFollow(client, {
      is: ({ status }) => status === 'cancelled',
      onPlaced: async ({ id }, payment) => {
        expect(payment.clientSecret).toMatch(/_secret_/);
        await client.POST('/api/v1/orders/{id}/cancel', { params: { path: { id } }, body: { reason: 'enough' } });
      },
      signal: AbortSignal.timeout(60_000),
    });
    expect(order.lineItems).toMatchObject([{ quantity: 2 }]);
  });

  it('throws the problem of a refusal', async () => {
    const client = createPortalClient({ baseUrl: address });
    const answer = await client.GET('/api/v1/orders/{id}', { params: { path: { id: 'nobody' } } });
    expect(() => dataOf(answer)).toThrow(RequestRefused);
    expect(answer.error?.code).toBe('not-found');
  });
});
