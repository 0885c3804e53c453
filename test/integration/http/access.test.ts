import Fastify, { type FastifyInstance, type HTTPMethods } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueueBoard } from '../../../src/adapters/queue/board.js';
import { buildApp } from '../../../src/http/app.js';
import { queueBoardPath } from '../../../src/http/options.js';
import { authentication } from '../../../src/http/plugins/authentication.js';
import { correlation } from '../../../src/http/plugins/correlation.js';
import { policyGuard } from '../../../src/http/plugins/policy-guard.js';
import { problemAnswers } from '../../../src/http/plugins/problem-answers.js';
import { type Policy, policies } from '../../../src/http/security/policies.js';
import { openAuthenticator, roles } from '../../../src/http/security/principal.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, greenLeaf, placeOrder } from '../../support/orders.js';
import { testTokens } from '../../support/tokens.js';

/** The whole API, written out: who may call what. `*` is everybody, with or without a credential. */
const matrix: Record<string, string> = {
  'GET /healthz': '*',
  'GET /readyz': '*',
  'GET /metrics': '*',
  'GET /openapi.json': '*',
  'GET /problems/:code': '*',
  'GET /.well-known/audit-key': '*',
  'POST /api/v1/webhooks/stripe': '*',
  'GET /admin/queues/': 'operator admin',
  'GET /admin/queues/api/queues': 'operator admin',
  'GET /admin/queues/api/queues/:queueName/metrics': 'operator admin',
  'GET /admin/queues/api/queues/:queueName/:jobId': 'operator admin',
  'GET /admin/queues/api/queues/:queueName/:jobId/flow': 'operator admin',
  'GET /admin/queues/api/queues/:queueName/:jobId/logs': 'operator admin',
  'GET /admin/queues/queue/:queueName': 'operator admin',
  'GET /admin/queues/queue/:queueName/:jobId': 'operator admin',
  'GET /admin/queues/static/*': 'operator admin',
  'GET /api/v1/products': 'buyer brand operator auditor admin',
  'GET /api/v1/products/:id': 'buyer brand operator auditor admin',
  'GET /api/v1/inventory': 'buyer brand operator auditor admin',
  'GET /api/v1/inventory/:sku': 'buyer brand operator auditor admin',
  'GET /api/v1/inventory/:sku/reservations': 'operator auditor admin',
  'GET /api/v1/lots/:batchNumber': 'operator auditor admin',
  'POST /api/v1/inventory/sync': 'operator admin',
  'GET /api/v1/inventory/syncs': 'operator auditor admin',
  'POST /api/v1/orders': 'buyer operator admin',
  'GET /api/v1/orders': 'buyer operator auditor admin',
  'GET /api/v1/orders/:id': 'buyer operator auditor admin',
  'GET /api/v1/orders/:id/history': 'operator auditor admin',
  'GET /api/v1/orders/:id/diff': 'operator auditor admin',
  'GET /api/v1/inventory/:sku/history': 'operator auditor admin',
  'PATCH /api/v1/orders/:id/status': 'operator admin',
  'POST /api/v1/orders/:id/cancel': 'buyer operator admin',
  'POST /api/v1/orders/:id/export/retry': 'operator admin',
  'POST /api/v1/orders/:id/payment': 'buyer operator admin',
  'POST /api/v1/orders/:id/refunds': 'operator admin',
  'PUT /api/v1/brands/:id/share': 'operator admin',
  'GET /api/v1/brands': 'brand operator auditor admin',
  'GET /api/v1/events': 'buyer brand operator auditor admin',
  'GET /api/v1/payouts': 'brand operator auditor admin',
};

const queueBoard = createQueueBoard([], queueBoardPath);
const portal = memoryPortal({ authenticate: testTokens(), queueBoard });
let app: FastifyInstance;
beforeAll(async () => {
  app = await buildApp(portal.options);
});
afterAll(() => app.close());

const call = (route: string, authorization?: string) => {
  const [method, template = ''] = route.split(' ');
  const url = template.replace(/:\w+/g, 'X-1');
  return app.inject({ method: method as HTTPMethods, url, headers: authorization ? { authorization } : {} });
};

it('tells who sent no token from who sent one that counts for nothing', async () => {
  const challengeOf = async (authorization?: string) => {
    const { headers, statusCode } = await call('GET /api/v1/orders', authorization);
    return [statusCode, headers['www-authenticate']];
  };
  expect(await challengeOf()).toEqual([401, 'Bearer realm="portal"']);
  expect(await challengeOf('Basic YTpi')).toEqual([401, 'Bearer realm="portal"']);
  expect(await challengeOf('Bearer root')).toEqual([401, 'Bearer realm="portal", error="invalid_token"']);
});

it('the matrix below is about every route there is', () => {
  const routes = app
    .routePolicies()
    .filter(({ method, url }) => method !== 'HEAD' && !url.startsWith('/docs'))
    .map(({ method, url }) => `${method} ${url}`);
  expect([...new Set(routes)].sort()).toEqual(Object.keys(matrix).sort());
});

describe.each(Object.entries(matrix))('%s', (route, allowed) => {
  it.each(roles)('as %s', async (role) => {
    const { statusCode } = await call(route, `Bearer ${role}:c1`);
    if (allowed === '*' || allowed.split(' ').includes(role)) expect([401, 403]).not.toContain(statusCode);
    else expect(statusCode).toBe(403);
  });

  it('without a credential, or with a wrong one', async () => {
    for (const authorization of [undefined, 'Bearer root', 'Basic YTpi']) {
      const answer = await call(route, authorization);
      if (allowed === '*') expect([401, 403]).not.toContain(answer.statusCode);
      else {
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(route.includes(queueBoardPath) ? /^Basic/ : /^Bearer/);
      }
    }
  });
});

/**
 * What of a route's things a buyer or a brand can reach: one's `own order`, or a list or answer that is `narrowed` to what
 * is one's own (tested below and in events.test.ts). Buyers see the products of every brand.
 */
const reach: Record<string, 'own order' | 'narrowed'> = {
  'GET /api/v1/products': 'narrowed',
  'GET /api/v1/products/:id': 'narrowed',
  'GET /api/v1/inventory': 'narrowed',
  'GET /api/v1/inventory/:sku': 'narrowed',
  'POST /api/v1/orders': 'narrowed',
  'GET /api/v1/orders': 'narrowed',
  'GET /api/v1/orders/:id': 'own order',
  'POST /api/v1/orders/:id/cancel': 'own order',
  'POST /api/v1/orders/:id/payment': 'own order',
  'GET /api/v1/brands': 'narrowed',
  'GET /api/v1/payouts': 'narrowed',
  'GET /api/v1/events': 'narrowed',
};

describe('tenants', () => {
  it('what they reach is written out for every route that is theirs', () => {
    const theirs = app
      .routePolicies()
      .filter(({ method, policy }) => {
        const granted: readonly string[] = policies[policy] ?? [];
        return method !== 'HEAD' && (granted.includes('buyer') || granted.includes('brand'));
      })
      .map(({ method, url }) => `${method} ${url}`);
    expect(theirs.sort()).toEqual(Object.keys(reach).sort());
  });

  const bodies: Record<string, object> = { 'POST /api/v1/orders/:id/cancel': { reason: 'changed my mind' } };
  const ask = (route: string, id: string, authorization: string) => {
    const [method, template = ''] = route.split(' ');
    const payload = bodies[route];
    return app.inject({
      method: method as HTTPMethods,
      url: template.replace(':id', id),
      headers: { authorization },
      ...(payload ? { payload } : {}),
    });
  };
  const mine = `Bearer buyer:${placeOrder.customerId}`;

  it.each(Object.keys(reach).filter((route) => reach[route] === 'own order'))(
    '%s finds an own order, and of a foreign one not even that it is there',
    async (route) => {
      portal.addOrder(exampleId(1), [placeOrder]);
      const { orderNumber } = placeOrder;
      const shown = (answer: Awaited<ReturnType<typeof ask>>) => {
        const { correlationId: _own, ...problem } = answer.json();
        return [answer.statusCode, problem];
      };
      const none = shown(await ask(route, exampleId(404), 'Bearer buyer:somebody'));
      expect(none).toEqual([404, expect.objectContaining({ code: 'not-found' })]);
      const before = portal.calls.length;
      for (const caller of ['Bearer buyer:somebody', 'Bearer buyer:', 'Bearer buyer']) {
        for (const id of [exampleId(1), orderNumber, orderNumber.toLowerCase()]) {
          expect(shown(await ask(route, id, caller)), `${caller} ${id}`).toEqual(none);
        }
      }
      expect(portal.calls.slice(before), 'nothing was tried').toEqual([]);
      expect((await ask(route, exampleId(1), mine)).statusCode).toBe(200);
      expect((await ask(route, exampleId(1), 'Bearer operator')).statusCode).toBe(200);
    },
  );
});

it('refusals leave no trace in the use cases', async () => {
  const before = portal.calls.length;
  await call('POST /api/v1/inventory/sync');
  await call('POST /api/v1/inventory/sync', 'Bearer buyer:c1');
  expect(portal.calls).toHaveLength(before);
});

it('HEAD asks for the same right as GET', async () => {
  const rights = (method: string) =>
    app
      .routePolicies()
      // A stream without end has no length that HEAD could ask for.
      .filter(({ url, ...route }) => route.method === method && url.startsWith('/api/') && !url.endsWith('/events'))
      .map(({ url, policy }) => `${url} ${policy}`);
  expect(rights('HEAD')).toEqual(rights('GET'));
});

it('an app with a route that names no policy does not start', async () => {
  const bare = Fastify();
  await bare.register(correlation);
  await bare.register(problemAnswers, {});
  await bare.register(authentication, { authenticate: testTokens(), handlerMs: 1_000 });
  await bare.register(policyGuard);
  bare.get('/forgotten', async () => 'open to all');
  await expect(bare.ready()).rejects.toThrow('routes without a policy: GET /forgotten');
});

it('every policy is in use', () => {
  const used = new Set(app.routePolicies().map(({ policy }) => policy));
  expect((Object.keys(policies) as Policy[]).filter((policy) => !used.has(policy))).toEqual([]);
});

describe('a brand', () => {
  it('sees itself and its own payouts only', async () => {
    const headers = { authorization: 'Bearer brand:green-leaf' };
    const brands = await app.inject({ url: '/api/v1/brands', headers });
    expect(brands.json().items).toEqual([
      { id: 'green-leaf', name: 'Green Leaf', brandShareBps: 6500, productCount: 1 },
    ]);
    await app.inject({ url: '/api/v1/payouts?from=2026-03-01', headers });
    expect(portal.calls.at(-1)).toMatchObject({
      useCase: 'queries.payouts',
      request: { brandId: 'green-leaf', from: '2026-03-01T00:00:00.000Z' },
    });
    expect((await app.inject({ url: '/api/v1/payouts?brandId=green-leaf', headers })).statusCode).toBe(200);
    expect((await app.inject({ url: '/api/v1/payouts?brandId=vital-hemp', headers })).statusCode).toBe(403);
    const staff = { authorization: 'Bearer operator' };
    expect((await app.inject({ url: '/api/v1/brands', headers: staff })).json().items).toHaveLength(2);
    const nameless = { authorization: 'Bearer brand' };
    expect((await app.inject({ url: '/api/v1/payouts', headers: nameless })).statusCode).toBe(403);
  });
});

describe('the catalogue', () => {
  const addresses = {
    hemp: ['/products/HEMP-1', '/products/p1', '/inventory/HEMP-1', '/inventory/HEMP-1?asOf=1'],
    leaf: ['/products/LEAF-1', '/products/p2', '/inventory/LEAF-1'],
  };
  const read = async (path: string, caller: string, on = app) =>
    on.inject({ url: `/api/v1${path}`, headers: { authorization: `Bearer ${caller}` } });

  it('of a brand holds its own products only', async () => {
    for (const path of ['/products', '/inventory']) {
      const { items, total } = (await read(path, 'brand:green-leaf')).json();
      expect([items.map(({ sku }: { sku: string }) => sku), total], path).toEqual([['LEAF-1'], 1]);
      expect((await read(path, 'brand:nobody')).json()).toMatchObject({ items: [], total: 0 });
    }
    expect((await read('/products?brand=VitalHemp', 'brand:green-leaf')).json().items).toEqual([]);
  });

  it("finds a brand's own product, and of another's not even that it is there", async () => {
    const shown = async (path: string, caller: string) => {
      const answer = await read(path, caller);
      const { correlationId: _own, ...problem } = answer.json();
      return [answer.statusCode, problem];
    };
    for (const path of addresses.leaf) expect((await read(path, 'brand:green-leaf')).statusCode, path).toBe(200);
    for (const path of addresses.hemp) {
      expect((await read(path, 'brand:vital-hemp')).statusCode, path).toBe(200);
      const none = await shown(path.replace('HEMP-1', 'NOPE').replace('p1', 'NOPE'), 'brand:green-leaf');
      expect(none[0]).toBe(404);
      expect(await shown(path, 'brand:green-leaf'), path).toEqual(none);
    }
  });

  it('is nothing to a brand that its credential does not name', async () => {
    for (const path of ['/products', '/inventory', ...addresses.hemp]) {
      expect((await read(path, 'brand')).statusCode, path).toBe(403);
    }
  });

  it.each(['buyer', 'operator', 'auditor', 'admin'] as const)('is whole for a brand that is %s too', async (role) => {
    const principal = { subject: 'u', roles: ['brand', role] as const, brandId: greenLeaf };
    const both = await buildApp(memoryPortal({ authenticate: () => principal }).options);
    for (const path of ['/products', '/inventory']) expect((await read(path, '', both)).json().total).toBe(2);
    for (const path of addresses.hemp) expect((await read(path, '', both)).statusCode, path).toBe(200);
    await both.close();
  });
});

it('an open portal still turns away browsers that another site sends', async () => {
  const authenticate = openAuthenticator();
  expect(await authenticate({ headers: {} })).toMatchObject({ roles: ['operator', 'admin'] });
  expect(await authenticate({ headers: { 'sec-fetch-site': 'same-origin' } })).not.toBeNull();
  expect(await authenticate({ headers: { 'sec-fetch-site': 'cross-site' } })).toBeNull();
});
