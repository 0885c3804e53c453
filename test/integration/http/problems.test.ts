import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventStoreUnavailable, WrongExpectedRevision } from '../../../src/commands/event-store.js';
import { ConcurrencyExhausted } from '../../../src/commands/handler.js';
import { type RejectionCode, reject } from '../../../src/domain/shared/decider.js';
import { buildApp } from '../../../src/http/app.js';
import { problems } from '../../../src/http/problems/catalogue.js';
import { ReadModelMissing } from '../../../src/projections/queries/sql.js';
import { type MemoryPortal, memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, orderBody, placeOrder } from '../../support/orders.js';

let portal: MemoryPortal;
let app: FastifyInstance;
const captured: unknown[] = [];
beforeAll(async () => {
  portal = memoryPortal({ errors: { capture: (error) => captured.push(error) } });
  app = await buildApp(portal.options);
});
beforeEach(() => {
  portal.calls.length = 0;
  captured.length = 0;
});
afterAll(() => app.close());

const place = (payload: unknown) =>
  app.inject({ method: 'POST', url: '/api/v1/orders', payload: payload as Record<string, unknown> });

/** Every problem has all members, whatever it is about. */
function expectProblem(answer: LightMyRequestResponse, status: number, code: string): Record<string, unknown> {
  expect(answer.statusCode, answer.body).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = answer.json();
  expect(problem).toMatchObject({
    type: `/problems/${code}`,
    title: problems[code as keyof typeof problems].title,
    status,
    detail: expect.stringMatching(/\S/),
    code,
    correlationId: answer.headers['x-correlation-id'],
  });
  return problem;
}

describe('an invalid order names field and rule and changes nothing', () => {
  const at = (change: (body: ReturnType<typeof orderBody> & Record<string, unknown>) => void) => {
    const body = orderBody();
    change(body);
    return body;
  };
  const line = { sku: 'HEMP-1', quantity: 1 };

  it.each<[string, unknown, string, string]>([
    ['an unknown field', { ...orderBody(), coupon: 'X' }, 'coupon', 'additionalProperties'],
    [
      'an unknown nested field',
      at((b) => Object.assign(b.customer, { vat: '1' })),
      'customer.vat',
      'additionalProperties',
    ],
    [
      'a price on a line',
      { ...orderBody(), lineItems: [{ ...line, price: 1 }] },
      'lineItems[0].price',
      'additionalProperties',
    ],
    ['no customer', at((b) => Reflect.deleteProperty(b, 'customer')), 'customer', 'required'],
    ['no e-mail', at((b) => Reflect.deleteProperty(b.customer, 'email')), 'customer.email', 'required'],
    ['a broken e-mail', at((b) => Object.assign(b.customer, { email: 'ada@' })), 'customer.email', 'format'],
    ['a blank name', at((b) => Object.assign(b.customer, { name: '   ' })), 'customer.name', 'pattern'],
    ['a NUL in a name', at((b) => Object.assign(b.customer, { name: 'A\u0000' })), 'customer.name', 'pattern'],
    ['half a surrogate pair', at((b) => Object.assign(b.customer, { name: 'A\ud800' })), 'customer.name', 'pattern'],
    [
      'a line break in a street',
      at((b) => Object.assign(b.shippingAddress, { street2: 'a\r\nb' })),
      'shippingAddress.street2',
      'pattern',
    ],
    [
      'an endless city',
      at((b) => Object.assign(b.shippingAddress, { city: 'x'.repeat(101) })),
      'shippingAddress.city',
      'maxLength',
    ],
    ['no country', at((b) => Object.assign(b.shippingAddress, { country: ' ' })), 'shippingAddress.country', 'pattern'],
    ['no lines', { ...orderBody(), lineItems: [] }, 'lineItems', 'minItems'],
    ['101 lines', { ...orderBody(), lineItems: Array(101).fill(line) }, 'lineItems', 'maxItems'],
    [
      'a quantity of nothing',
      { ...orderBody(), lineItems: [{ ...line, quantity: 0 }] },
      'lineItems[0].quantity',
      'minimum',
    ],
    [
      'too large a quantity',
      { ...orderBody(), lineItems: [line, { ...line, quantity: 1_000_001 }] },
      'lineItems[1].quantity',
      'maximum',
    ],
    ['a fraction', { ...orderBody(), lineItems: [{ ...line, quantity: 1.5 }] }, 'lineItems[0].quantity', 'type'],
    [
      'a quantity as text',
      { ...orderBody(), lineItems: [{ ...line, quantity: '2' }] },
      'lineItems[0].quantity',
      'type',
    ],
    ['a number as SKU', { ...orderBody(), lineItems: [{ ...line, sku: 7 }] }, 'lineItems[0].sku', 'type'],
    ['null for a name', at((b) => Object.assign(b.customer, { name: null })), 'customer.name', 'type'],
    ['another way to deliver', { ...orderBody(), deliveryMethod: 'drone' }, 'deliveryMethod', 'enum'],
    ['a list', [orderBody()], '', 'type'],
  ])('%s', async (_what, body, field, rule) => {
    const problem = expectProblem(await place(body), 400, 'validation-failed');
    expect(problem.errors).toContainEqual(expect.objectContaining({ in: 'body', field, rule }));
    expect(portal.calls).toEqual([]);
  });

  it('every text that is longer than its limit, by a character', async () => {
    const ofLength = (more: number) => {
      const texts = (limits: Record<string, number>) =>
        Object.fromEntries(Object.entries(limits).map(([name, length]) => [name, 'x'.repeat(length + more)]));
      const domain = [63, 63, 61].map((length) => 'd'.repeat(length)).join('.');
      return {
        customer: { ...texts({ name: 200, phone: 40, companyName: 200 }), email: `${'e'.repeat(64 + more)}@${domain}` },
        shippingAddress: texts({ street1: 200, street2: 200, city: 100, state: 100, zip: 20, country: 100 }),
        lineItems: [{ ...texts({ sku: 200 }), quantity: 1 }],
        deliveryMethod: 'delivery',
        ...texts({ deliveryZone: 64 }),
      };
    };
    expectProblem(await place(ofLength(0)), 422, 'unknown-sku');
    const problem = expectProblem(await place(ofLength(1)), 400, 'validation-failed');
    const errors = problem.errors as { field: string; rule: string }[];
    const tooLong = errors.filter(({ rule }) => rule === 'maxLength' || rule === 'format').map(({ field }) => field);
    expect(tooLong.sort()).toEqual(
      [
        ...['name', 'phone', 'companyName', 'email'].map((name) => `customer.${name}`),
        ...['street1', 'street2', 'city', 'state', 'zip', 'country'].map((name) => `shippingAddress.${name}`),
        ...['lineItems[0].sku', 'deliveryZone'],
      ].sort(),
    );
  });

  it('names all broken fields at once', async () => {
    const problem = expectProblem(await place({}), 400, 'validation-failed');
    const fields = (problem.errors as { field: string }[]).map((error) => error.field);
    expect(fields.sort()).toEqual(['customer', 'deliveryMethod', 'lineItems', 'shippingAddress']);
  });

  it('an empty body and no body at all', async () => {
    const headers = { 'content-type': 'application/json' };
    const empty = await app.inject({ method: 'POST', url: '/api/v1/orders', headers });
    expectProblem(empty, 400, 'validation-failed');
    expectProblem(await app.inject({ method: 'POST', url: '/api/v1/orders' }), 400, 'validation-failed');
  });

  it.each(['', 'x'.repeat(256), 'käse', 'a\tb'])('an idempotency key of %j', async (key) => {
    const headers = { 'idempotency-key': key };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload: orderBody() });
    const problem = expectProblem(answer, 400, 'validation-failed');
    expect(problem.errors).toEqual([
      expect.objectContaining({ in: 'header', field: 'idempotency-key', rule: 'pattern' }),
    ]);
    expect(portal.calls).toEqual([]);
  });

  it.each([
    ['limit=0', 'limit', 'minimum'],
    ['limit=1001', 'limit', 'maximum'],
    ['limit=ten', 'limit', 'type'],
    ['limit=5&limit=6', 'limit', 'type'],
    ['limit=1e2', 'limit', 'type'],
    ['inStock=maybe', 'inStock', 'type'],
    ['sort=colour', 'sort', 'enum'],
    ['brand=%00', 'brand', 'pattern'],
    ['page=2', 'page', 'additionalProperties'],
  ])('a product list with ?%s', async (query, field, rule) => {
    const problem = expectProblem(await app.inject(`/api/v1/products?${query}`), 400, 'validation-failed');
    expect(problem.errors).toEqual([expect.objectContaining({ in: 'query', field, rule })]);
  });

  it.each(['/inventory/sync', '/orders/VL-1/payment'])('a body of %s, which takes none', async (path) => {
    const ask = (payload: object) => app.inject({ method: 'POST', url: `/api/v1${path}`, payload });
    for (const payload of [{ force: true }, ['force'], { '': 1 }]) {
      const problem = expectProblem(await ask(payload), 400, 'validation-failed');
      expect(problem.errors).toEqual([expect.objectContaining({ in: 'body', rule: 'additionalProperties' })]);
    }
    expect(portal.calls).toEqual([]);
    expect((await ask({})).statusCode).not.toBe(400);
  });

  it.each<[string, Record<string, string>]>([
    ['some text', { 'content-length': '2' }],
    ['no length', { 'transfer-encoding': 'chunked' }],
  ])('a body of a read, of %s', async (_what, headers) => {
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await app.inject({ method, url: '/api/v1/products', headers });
      expect(answer.statusCode).toBe(400);
      if (method === 'GET') expect(answer.json().errors).toEqual([expect.objectContaining({ in: 'body', field: '' })]);
    }
    const empty = await app.inject({ url: '/api/v1/products', headers: { 'content-length': '0' } });
    expect(empty.statusCode).toBe(200);
  });

  it('says what form is wanted, by an example', async () => {
    const problem = expectProblem(await app.inject('/api/v1/orders?from=yesterday'), 400, 'validation-failed');
    const [error] = problem.errors as { detail: string }[];
    expect(error?.detail).toMatch(/allowed is, for example, 2026-03-01 or 2026-03-01T09:30:00Z$/);
  });

  it('says of each field once what is wrong with it, in words for who filled it in', async () => {
    const { customer, shippingAddress } = orderBody();
    const body = {
      customer: { ...customer, name: '', email: 'jane', phone: 7 },
      shippingAddress: { ...shippingAddress, city: 'x'.repeat(101), zip: ' ' },
      lineItems: [{ ...line, quantity: 0 }, { ...line, quantity: 1.5 }, { sku: 'HEMP-1' }],
      deliveryMethod: 'drone',
      gift: true,
    };
    const problem = expectProblem(await place(body), 400, 'validation-failed');
    const errors = problem.errors as { field: string; detail: string }[];
    expect(errors.map(({ field, detail }) => `${field} ${detail}`).sort()).toEqual([
      'customer.email must be an e-mail address, such as jane@example.com',
      'customer.name must not be empty',
      'customer.phone must be text or null',
      'deliveryMethod must be one of pickup, delivery',
      'gift is not a known field',
      'lineItems[0].quantity must be at least 1',
      'lineItems[1].quantity must be a whole number',
      'lineItems[2].quantity is required',
      'shippingAddress.city must have at most 100 characters',
      'shippingAddress.zip has characters or a form that is not allowed; allowed is, for example, 80202',
    ]);
    expect(problem.detail).toMatch(/; 9 more are not valid\.$/);
  });

  it('names fifty fields at most, for a body has room for very many', async () => {
    const problem = expectProblem(
      await place({ ...orderBody(), lineItems: Array(5_000).fill({}) }),
      400,
      'validation-failed',
    );
    expect(problem.errors).toHaveLength(50);
    expect(problem.detail).toBe('body lineItems: must have at most 100 entries; 49 more are not valid.');
  });

  it('says of a parameter that is given twice that once is enough', async () => {
    const problem = expectProblem(await app.inject('/api/v1/products?q=a&q=b'), 400, 'validation-failed');
    expect(problem.errors).toMatchObject([{ field: 'q', detail: 'must be given once' }]);
  });

  it.each(['/orders', '/payouts'])('%s of a period that ends before it begins', async (path) => {
    const ask = (from: string, to: string) => app.inject(`/api/v1${path}?from=${from}&to=${to}`);
    const problem = expectProblem(await ask('2026-03-02', '2026-03-01T23:59:59Z'), 400, 'validation-failed');
    expect(problem.errors).toEqual([expect.objectContaining({ in: 'query', field: 'to', rule: 'minimum' })]);
    expect((await ask('2026-03-02', '2026-03-02')).statusCode).toBe(200);
  });

  it.each<['GET' | 'PATCH' | 'POST' | 'PUT', string, object?]>([
    ['POST', '/orders', orderBody()],
    ['PATCH', '/orders/VL-1/status', { status: 'shipped', reason: 'seen' }],
    ['POST', '/orders/VL-1/cancel', { reason: 'changed plans' }],
    ['POST', '/orders/VL-1/export/retry'],
    ['POST', '/orders/VL-1/refunds', { reason: 'broken glass' }],
    ['POST', '/orders/VL-1/payment'],
    ['PUT', '/brands/vital-hemp/share', { brandShareBps: 8_000, reason: 'new contract' }],
    ['GET', '/products/HEMP-1'],
  ])('names a parameter that %s %s does not know', async (method, path, payload) => {
    const answer = await app.inject({ method, url: `/api/v1${path}?dryRun=true`, ...(payload ? { payload } : {}) });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      expect.objectContaining({ in: 'query', field: 'dryRun', rule: 'additionalProperties' }),
    ]);
  });
});

describe('a rejection', () => {
  const expected: Record<RejectionCode, number> = {
    'already-exists': 409,
    'not-found': 404,
    'insufficient-stock': 409,
    'not-for-sale': 422,
    'illegal-transition': 409,
    'already-cancelled': 409,
    'already-shipped': 409,
    'not-paid': 409,
    'payment-mismatch': 409,
    'payment-refused': 422,
    'payment-unavailable': 503,
    'unknown-sku': 422,
    'quantity-limit-exceeded': 422,
    'unknown-delivery-zone': 422,
    'idempotency-key-reused': 422,
    'invalid-command': 422,
  };

  it.each(Object.entries(expected))('%s answers %d with its facts', async (code, status) => {
    portal.failNext(reject(code as RejectionCode, 'Only 3 are left.', { skus: [{ sku: 'HEMP-1', available: 3 }] }));
    const problem = expectProblem(await place(orderBody()), status, code);
    expect(problem).toMatchObject({
      detail: 'Only 3 are left.',
      facts: { skus: [{ sku: 'HEMP-1', available: 3 }] },
    });
  });
});

describe('a failure', () => {
  it.each([
    [new WrongExpectedRevision('order-1'), 'busy'],
    [new ConcurrencyExhausted('order-1'), 'busy'],
    [new EventStoreUnavailable('no leader'), 'unavailable'],
    [new ReadModelMissing('dropped'), 'unavailable'],
    [Object.assign(new Error('connect 10.0.0.7'), { code: 'ECONNREFUSED' }), 'unavailable'],
    [Object.assign(new Error('terminating connection'), { code: '57P01' }), 'unavailable'],
    [new Error('COMMIT; - Client has encountered a connection error and is not queryable'), 'unavailable'],
    [new Error('select 1 - Connection terminated unexpectedly'), 'unavailable'],
    [Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }), 'unavailable'],
    [Object.assign(new Error('deadlock detected'), { code: '40P01' }), 'unavailable'],
    [Object.assign(new Error('cannot execute INSERT in a read-only transaction'), { code: '25006' }), 'unavailable'],
    [new Error('timeout expired'), 'unavailable'],
    [new Error('Command timed out'), 'unavailable'],
    [new Error("Stream isn't writeable and enableOfflineQueue options is false"), 'unavailable'],
    [Object.assign(new Error('pool is full'), { name: 'KnexTimeoutError' }), 'unavailable'],
  ])('of a part answers 503 with Retry-After: %s', async (error, code) => {
    portal.failNext(error);
    const answer = await place(orderBody());
    expectProblem(answer, 503, code);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.body).not.toContain('10.0.0.7');
  });

  it('nobody expected answers 500, is reported, and tells nothing of itself', async () => {
    const error = new Error('duplicate key (email)=(ada@example.com)');
    portal.failNext(error);
    const answer = await place(orderBody());
    expectProblem(answer, 500, 'internal-error');
    expect(answer.body).not.toMatch(/ada|duplicate|stack/);
    expect(captured).toEqual([error]);
    expect(portal.logs).toContainEqual(
      expect.objectContaining({
        level: 'error',
        facts: expect.objectContaining({ err: error, correlationId: answer.json().correlationId }),
      }),
    );
  });

  it('holds no customer data', async () => {
    const secret = /Byron|ada@example|555-0100|Engines|Main St|80202/;
    for (const body of [
      { ...orderBody(), lineItems: [] },
      { ...orderBody(), lineItems: [{ sku: 'NOPE', quantity: 1 }] },
      { ...orderBody(), customer: { ...placeOrder.customer, email: 'ada@example' } },
      { ...orderBody(), shippingAddress: { ...placeOrder.shippingAddress, zip: '80202'.repeat(9) } },
    ]) {
      const answer = await place(body);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toMatch(secret);
    }
    const broken = `${JSON.stringify(orderBody()).slice(0, 40)}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload: broken });
    expectProblem(answer, 400, 'malformed-request');
    expect(answer.body).not.toMatch(secret);
    await app.inject('/api/v1/orders?q=ada@example.com');
    await app.inject('/nowhere/ada@example.com');
    expect(JSON.stringify(portal.logs)).not.toMatch(secret);
  });
});

describe('a request that cannot be routed or read', () => {
  it('to an unknown address: 404', async () => {
    expectProblem(await app.inject('/api/v1/nothing'), 404, 'not-found');
    expectProblem(await app.inject('/problems/no-such-code'), 404, 'not-found');
  });

  it('to an address with an empty part: 404', async () => {
    for (const url of ['/api/v1/products/', '/api/v1/inventory/?asOf=3', '/api/v1/inventory//reservations']) {
      expectProblem(await app.inject(url), 404, 'not-found');
    }
  });

  it('with a body to an unknown address, or with another method: 404 and 405', async () => {
    const ask = (url: string) => app.inject({ method: 'POST', url, payload: { a: 1 } });
    expectProblem(await ask('/api/v1/nothing'), 404, 'not-found');
    expectProblem(await ask('/api/v1/products'), 405, 'method-not-allowed');
  });

  it.each([
    ['/api/v1/products/NOPE', 'GET'],
    ['/api/v1/inventory/NOPE', 'GET'],
    [`/api/v1/orders/${exampleId(404)}`, 'GET'],
    [`/api/v1/orders/VL-NOPE/history`, 'GET'],
    [`/api/v1/orders/${exampleId(404)}/payment`, 'POST'],
    [`/api/v1/orders/${exampleId(404)}/export/retry`, 'POST'],
  ] as const)('for a thing that does not exist: 404 %s', async (url, method) => {
    expectProblem(await app.inject({ url, method }), 404, 'not-found');
    expect(portal.calls).toEqual([]);
  });

  it.each([
    ['DELETE', '/api/v1/orders', 'GET, HEAD, POST'],
    ['PUT', '/api/v1/orders/VL-1?x=1', 'GET, HEAD'],
    ['GET', '/api/v1/orders/VL-1/cancel', 'POST'],
    ['OPTIONS', '/healthz', 'GET, HEAD'],
  ] as const)('with another method: 405 for %s %s', async (method, url, allow) => {
    const answer = await app.inject({ method, url });
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.allow).toBe(allow);
  });

  it.each([
    ['/docs/static/missing.js', {}, 404, 'not-found'],
    ['/docs/static/index.html%00', {}, 400, 'malformed-request'],
    ['/docs/static/swagger-ui.css', { range: 'bytes=99999999-' }, 400, 'malformed-request'],
    ['/docs/static/swagger-ui.css', { 'if-match': '"other"' }, 412, 'precondition-failed'],
  ] as const)('for a file that is not there, or not so: %s %o', async (url, headers, status, code) => {
    expectProblem(await app.inject({ url, headers }), status, code);
    expect(captured).toEqual([]);
  });

  it('with an address that is not one: 400', async () => {
    expectProblem(await app.inject('/api/v1/products/%E0%A4%A'), 400, 'malformed-request');
  });

  it('with an address that is too long: 414', async () => {
    expectProblem(await app.inject(`/api/v1/products/${'x'.repeat(300)}`), 414, 'uri-too-long');
  });

  it('with a body that is not UTF-8: 400', async () => {
    const payload = Buffer.from(JSON.stringify(orderBody()).replace('Ada', 'Ad\u00e4'), 'latin1');
    const headers = { 'content-type': 'application/json' };
    expectProblem(
      await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload }),
      400,
      'malformed-request',
    );
    expect(portal.calls).toEqual([]);
  });

  it('with a compressed body: 415, which says so', async () => {
    const payload = gzipSync(JSON.stringify(orderBody()));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload });
    expectProblem(answer, 415, 'unsupported-media-type');
    expect(answer.json().detail).toMatch('Content-Encoding');
  });

  it('with a body that is too large: 413', async () => {
    const body = { ...orderBody(), note: 'x'.repeat(300 * 1024) };
    expectProblem(await place(body), 413, 'payload-too-large');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'as %s: 415',
    async (type) => {
      const headers = { 'content-type': type };
      const payload = JSON.stringify(orderBody());
      const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload });
      expectProblem(answer, 415, 'unsupported-media-type');
    },
  );

  it.each(['{"a":', '{"__proto__":{"x":1}}', 'null x'])('with broken or poisoned JSON: 400 for %s', async (payload) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload });
    expectProblem(answer, 400, 'malformed-request');
  });

  it('with JSON nested too deeply: 400, whatever its route asks for', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const payload of [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`]) {
      const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', headers, payload });
      expect(expectProblem(answer, 400, 'malformed-request').detail).toContain('16 levels');
    }
  });

  it('with a foreign cursor: 400', async () => {
    expectProblem(await app.inject('/api/v1/orders?cursor=abc'), 400, 'invalid-cursor');
    // One as long as that of a page that ends with a long name.
    expectProblem(await app.inject(`/api/v1/orders?cursor=${'a'.repeat(3_000)}`), 400, 'invalid-cursor');
  });
});

it('no body of any route, at any depth, takes a field that its schema does not name', () => {
  const open: string[] = [];
  const look = (where: string, schema: Record<string, unknown>): void => {
    if (schema.type === 'object' && schema.additionalProperties !== false) open.push(where);
    for (const [name, member] of Object.entries((schema.properties ?? {}) as Record<string, object>)) {
      look(`${where}.${name}`, member as Record<string, unknown>);
    }
    if (schema.items) look(`${where}[]`, schema.items as Record<string, unknown>);
  };
  let bodies = 0;
  for (const [path, item] of Object.entries(app.swagger().paths ?? {})) {
    for (const [method, operation] of Object.entries(item ?? {})) {
      const content = (operation as { requestBody?: { content?: Record<string, { schema?: object }> } }).requestBody;
      for (const { schema } of Object.values(content?.content ?? {})) {
        bodies += 1;
        look(`${method} ${path}`, (schema ?? {}) as Record<string, unknown>);
      }
    }
  }
  expect(open).toEqual([]);
  expect(bodies).toBeGreaterThan(4);
});

it('a handler that takes too long is answered for: 503, whether the request has a body or not', async () => {
  const stuck = memoryPortal({ limits: { handlerMs: 100 } });
  const patience = new AbortController();
  const never = () =>
    new Promise<never>((_, fail) => patience.signal.addEventListener('abort', () => fail(new Error('late'))));
  const slow = await buildApp({
    ...stuck.options,
    useCases: { ...stuck.options.useCases, placeOrder: never },
    queries: { ...stuck.options.queries, orders: never },
  });
  try {
    const url = `${await slow.listen({ port: 0 })}/api/v1/orders`;
    const headers = { 'content-type': 'application/json' };
    for (const request of [{}, { method: 'POST', headers, body: JSON.stringify(orderBody()) }]) {
      const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(5_000) });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).not.toBeNull();
      expect(await answer.json()).toMatchObject({ code: 'unavailable', detail: 'The answer took too long.' });
    }
  } finally {
    patience.abort();
    await slow.close();
  }
});

it('a credential that nobody tells of in time is answered for as well', async () => {
  const portal = memoryPortal({ limits: { handlerMs: 50 }, authenticate: () => new Promise(() => undefined) });
  const silent = await buildApp(portal.options);
  try {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await silent.inject({ method, url: '/api/v1/orders', signal: AbortSignal.timeout(2_000) });
      expectProblem(answer, 503, 'unavailable');
      expect(answer.headers['retry-after']).not.toBeUndefined();
    }
    expect(portal.logs.filter(({ level }) => level === 'error')).toEqual([]);
  } finally {
    await silent.close();
  }
});

it('what comes after the time of its handler is dropped without a word', async () => {
  const portal = memoryPortal({ limits: { handlerMs: 50 } });
  const { queries } = portal.options;
  const products: typeof queries.products = async (filter) => {
    await sleep(150);
    return queries.products(filter);
  };
  const brands: typeof queries.brands = async () => {
    await sleep(150);
    return queries.brands();
  };
  const slow = await buildApp({ ...portal.options, queries: { ...queries, products, brands } });
  try {
    for (const path of ['products', 'brands']) {
      expect((await slow.inject(`/api/v1/${path}`)).statusCode).toBe(503);
    }
    await sleep(300);
    expect(portal.logs.filter(({ level, facts }) => level === 'error' || 'err' in facts)).toEqual([]);
  } finally {
    await slow.close();
  }
});

it('a stream that takes too long to begin is answered for, and does not keep its place', async () => {
  const late = new AbortController();
  const portal = memoryPortal({ limits: { handlerMs: 100, streamsPerCaller: 1 } });
  const { changes } = portal.options;
  const follow: typeof changes.follow = async (asked) => {
    if (!late.signal.aborted) await once(late.signal, 'abort');
    return changes.follow(asked);
  };
  const slow = await buildApp({ ...portal.options, changes: { ...changes, follow } });
  try {
    const url = `${await slow.listen({ port: 0 })}/api/v1/events`;
    expect((await fetch(url)).status).toBe(503);
    late.abort();
    const leave = new AbortController();
    await expect.poll(async () => (await fetch(url, { signal: leave.signal })).status).toBe(200);
    leave.abort();
  } finally {
    await slow.close();
  }
});

it('an answer that goes on may take longer than its handler, one that stands still is cut off', async () => {
  const limitMs = 100;
  const portal = memoryPortal({ limits: { handlerMs: limitMs } });
  const { queries } = portal.options;
  let stands = false;
  async function* payoutEntries(): ReturnType<typeof queries.payoutEntries> {
    for await (const entry of queries.payoutEntries({})) {
      for (let turn = 0; turn < 4; turn += 1) {
        yield entry;
        if (stands) await new Promise(() => undefined);
        await sleep(limitMs / 2);
      }
    }
  }
  const slow = await buildApp({ ...portal.options, queries: { ...queries, payoutEntries } });
  try {
    const url = `${await slow.listen({ port: 0 })}/api/v1/payouts?format=csv`;
    // A compressed one leaves in larger pieces.
    const headers = { 'accept-encoding': 'identity' };
    const lines = (await (await fetch(url, { headers })).text()).trim().split('\r\n');
    expect([lines.length, lines.at(-1)]).toEqual([10, expect.stringContaining('total')]);
    stands = true;
    await expect((await fetch(url, { headers })).text()).rejects.toThrow('terminated');
    const told = portal.logs.filter(({ level }) => level === 'warn');
    expect(told).toMatchObject([{ facts: { route: '/api/v1/payouts', limitMs } }]);
  } finally {
    await slow.close();
  }
});

it('every problem type leads to its entry', async () => {
  for (const [code, { status, title }] of Object.entries(problems)) {
    const entry = await app.inject(`/problems/${code}`);
    expect(entry.json()).toMatchObject({ type: `/problems/${code}`, code, status, title });
  }
});
