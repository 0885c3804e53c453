import fc from 'fast-check';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followChanges } from '../../../client/changes.js';
import { placeAndFollow } from '../../../client/example.js';
import { createPortalClient, dataOf, RequestRefused } from '../../../client/index.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { createLogger } from '../../../src/adapters/telemetry/logger.js';
import { formatPosition } from '../../../src/commands/event-store.js';
import { compose, type Portal } from '../../../src/compose.js';
import { loadConfig } from '../../../src/config.js';
import { createHealth } from '../../../src/health.js';
import { buildApp } from '../../../src/http/app.js';
import type { PlaceOrderBody } from '../../../src/http/schemas/order.js';
import { openAuthenticator } from '../../../src/http/security/principal.js';
import { startWorkers } from '../../../src/workers.js';
import { itemsOf } from '../../support/inventory.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { document, operations, undocumentedIn } from './documented.js';
import { type FuzzedRequest, fuzzedRequests } from './requests.js';

/**
 * Other requests than every time, or more of them; CI sends 20,000:
 * `FUZZ_SEED=7 FUZZ_REQUESTS=100000 npx vitest run test/contract/http/openapi.test.ts`.
 */
const seed = Number(process.env.FUZZ_SEED ?? 2026);
const total = Number(process.env.FUZZ_REQUESTS ?? (process.env.CI ? 20_000 : 4_000));
/** Requests under way at once: enough to keep the servers busy. */
const atOnce = 32;

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
  portal.relay.start();
  const workers = await startWorkers(portal);
  app = await buildApp({
    ...portal,
    queries: portal.projections.queries,
    health: createHealth(portal, []),
    renderMetrics: async () => ({ contentType: portal.metrics.contentType, body: await portal.metrics.render() }),
    authenticate: openAuthenticator(),
    auditKeys: portal.audit.published,
  } as Parameters<typeof buildApp>[0]);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  stop = async () => {
    await app.close();
    await workers.stop();
    await readModels.stop();
    await portal.relay.stop();
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

  it('follows changes, and goes on behind the last one that it has seen', async () => {
    const client = createPortalClient({ baseUrl: address });
    const opened = followChanges(client);
    const { value: start } = await opened.next();
    await opened.return(undefined);
    const { id } = await placeAndFollow(client, {
      is: () => true,
      onPlaced: () => undefined,
      signal: AbortSignal.timeout(60_000),
    });
    const revisions: number[] = [];
    for (let after = start?.id ?? ''; revisions.length < 2; ) {
      // One change of each stream, as if it had been cut off behind it.
      for await (const change of followChanges(client, { after, signal: AbortSignal.timeout(60_000) })) {
        after = change.id;
        if (change.event !== 'order' || change.data.id !== id) continue;
        revisions.push(change.data.revision);
        break;
      }
    }
    expect(revisions).toEqual([0, 1]);
    const nowhere = followChanges(client, { after: 'nowhere' });
    await expect(nowhere.next()).rejects.toMatchObject({ problem: { code: 'invalid-position' } });
  });

  it('throws the problem of a refusal', async () => {
    const client = createPortalClient({ baseUrl: address });
    const answer = await client.GET('/api/v1/orders/{id}', { params: { path: { id: 'nobody' } } });
    expect(() => dataOf(answer)).toThrow(RequestRefused);
    expect(answer.error?.code).toBe('not-found');
  });
});

describe('any request', () => {
  it(`is answered as the document says: ${total} of them, seed ${seed}`, async () => {
    const known = { values: await whatExists(), sign };
    // Answers depend on what was sent before, so nothing is gained by making a failing request smaller.
    const requests = fc.sample(fuzzedRequests(document, known), { seed, numRuns: total });
    const statuses = new Set<number>();
    const faults = new Map<string, string>();
    const waiting = requests.values();
    const sender = async () => {
      for (const request of waiting) {
        const answer = await app.inject(request.inject);
        statuses.add(answer.statusCode);
        const fault = faultOf(request, answer);
        // One of a kind tells enough.
        if (fault !== null) faults.set(`${request.name} ${fault}`, exchange(request, answer));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sender));
    expect(Object.fromEntries(faults), `FUZZ_SEED=${seed}`).toEqual({});
    // What is only ever refused tests nothing.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 202, 304, 400, 404, 409, 413, 415, 422]));
  }, 300_000);
});

/** Some SKUs, and orders: one cancelled, the others open, half of them soon paid. */
async function whatExists(): Promise<Record<string, string[]>> {
  const items = itemsOf(await portal.projections.queries.inventory());
  const skus = items.slice(0, 20).map(({ sku }) => sku);
  const client = createPortalClient({ baseUrl: address });
  const example = document.paths['/api/v1/orders']?.post?.requestBody?.content['application/json']
    ?.example as PlaceOrderBody;
  for (const sku of skus.slice(0, 12)) {
    const body = { ...example, lineItems: [{ sku, quantity: 1 }], deliveryMethod: 'pickup' as const };
    const { order, payment } = dataOf(await client.POST('/api/v1/orders', { body }));
    if (payment && skus.indexOf(sku) % 2 === 0) await pay(order, payment.paymentIntentId);
  }
  const { items: placed } = await portal.projections.queries.orders({ limit: 20 });
  const orderId = placed.map(({ id }) => id);
  const brandId = (await portal.projections.queries.brands()).slice(0, 3).map(({ id }) => id);
  const head = await portal.eventStore.head();
  return {
    sku: skus,
    orderId,
    brandId,
    id: [...orderId, ...placed.map(({ orderNumber }) => orderNumber), ...skus.slice(0, 5), ...brandId, 'nobody'],
    batchNumber: items.flatMap(({ batchNumber }) => batchNumber ?? []).slice(0, 3),
    'x-min-event-position': ['0/0', ...(head ? [formatPosition(head)] : [])],
  };
}

async function pay({ id, total, currency }: { id: string; total: number; currency: string }, paymentIntentId: string) {
  const object = { id: paymentIntentId, amount_received: total, currency, metadata: { order_id: id } };
  const event = { id: `evt_${id}`, type: 'payment_intent.succeeded', created: 1_772_357_400, data: { object } };
  const payload = JSON.stringify(event);
  const headers = { 'stripe-signature': sign(payload) };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/webhooks/stripe', headers, payload });
  expect(answer.json()).toEqual({ received: true, stored: true });
}

/** A signature as Stripe makes it. */
function sign(payload: string): string {
  const secret = portal.config.STRIPE_WEBHOOK_SECRET;
  return Stripe.webhooks.generateTestHeaderString({ payload, secret });
}

function exchange({ inject }: FuzzedRequest, { body }: LightMyRequestResponse): string {
  return `${JSON.stringify(inject).slice(0, 1_000)} -> ${body.slice(0, 300)}`;
}

/** What the answer breaks of the document, or null. */
function faultOf({ name, inject }: FuzzedRequest, answer: LightMyRequestResponse): string | null {
  const { statusCode: status, body } = answer;
  // Only who asks for a position to come is told to come again.
  const awaited = 'x-min-event-position' in inject.headers && /"not-yet-consistent"/.test(body);
  if (status >= 500 && !(status === 503 && awaited)) return `is answered ${status}`;
  const contentType = String(answer.headers['content-type'] ?? '');
  // An odd value can make it another address, which is none of the operation's.
  const elsewhere = [404, 405, 414].includes(status) && contentType === 'application/problem+json';
  if (elsewhere && !operations.get(name)?.responses[status]) return null;
  return undocumentedIn(name, { status, contentType, body });
}
