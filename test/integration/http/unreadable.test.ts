import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { SchemaVersionUnknown } from '../../../src/commands/event-unreadable.js';
import { buildApp } from '../../../src/http/app.js';
import { type MemoryPortal, memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, placeOrder, toShipped } from '../../support/orders.js';
import { testTokens } from '../../support/tokens.js';

const id = exampleId(1);
const url = `/api/v1/orders/${id}`;
/** Of an order that no read model has, and as somebody writes it. */
const unseen = 'abcdef00-0000-4000-8000-000000000002';
const unseenUrl = `/api/v1/orders/${unseen.toUpperCase()}`;

/** Ways in which an event can be beyond this release, and what is answered where its stream has to be folded. */
const troubles: Record<
  string,
  { spoil(event: RecordedEvent): Partial<RecordedEvent>; status: number; code: string; reason: string }
> = {
  'of a version to come': {
    spoil: ({ metadata }) => ({ metadata: { ...metadata, schemaVersion: 99 } }),
    status: 503,
    code: 'newer-release-needed',
    reason: 'schema-version-unknown',
  },
  'whose key is lost': {
    spoil: ({ data }) => ({
      data: { ...(data as object), customer: { sealed: 1, key: 'k1', box: 'AAAA' } },
      unreadable: 'the key k1 of its customer is lost',
    }),
    status: 500,
    code: 'history-unreadable',
    reason: 'personal-data-sealed',
  },
  'that nobody could have recorded': {
    spoil: () => ({ data: null }),
    status: 500,
    code: 'history-unreadable',
    reason: 'not-applicable',
  },
};

describe.each(Object.entries(troubles))('an order with an event %s', (_, { spoil, status, code, reason }) => {
  let app: FastifyInstance;
  let portal: MemoryPortal;
  const captured: unknown[] = [];
  afterEach(() => app.close());

  async function start(options: { tokens?: boolean } = {}) {
    captured.length = 0;
    portal = memoryPortal({ errors: { capture: (error) => captured.push(error) } });
    app = await buildApp({ ...portal.options, ...(options.tokens ? { authenticate: testTokens() } : {}) });
    portal.addOrder(id, toShipped);
    portal.spoil(id, 0, spoil);
  }

  function expectProblem(answer: LightMyRequestResponse): void {
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json()).toMatchObject({
      code,
      detail: expect.stringMatching(/^OrderPlaced #0 of order-\S+ .*`portal projections parked`/),
      facts: { reason, stream: `order-${id}`, revision: 0, eventType: 'OrderPlaced' },
    });
    expect(answer.headers['retry-after']).toBe(status === 503 ? '2' : undefined);
    expect(answer.body).not.toContain('Ada');
  }

  it('says so where its stream has to be folded, and goes on by the read model', async () => {
    await start();
    expect((await app.inject(url)).json()).toMatchObject({ status: 'shipped' });
    for (const path of [`${url}?asOf=1`, `${url}/diff`]) expectProblem(await app.inject(path));
  });

  it('shows its history, with what is wrong', async () => {
    await start();
    const history = (await app.inject(`${url}/history`)).json();
    expect(history.events).toHaveLength(portal.eventsOf(id).length);
    expect(history.events[1]).not.toHaveProperty('unreadable');
    expect(JSON.stringify(history.events[0]), 'nobody takes a box for a customer').not.toContain('AAAA');
    if (reason === 'not-applicable') return;
    expect(history.events[0].unreadable).toMatch(/schema version 99|key k1/);
  });

  it('shows the history of an order that no read model has', async () => {
    await start();
    portal.freezeReadModels();
    portal.addOrder(unseen, [placeOrder]);
    portal.spoil(unseen, 0, spoil);
    expect((await app.inject(unseenUrl)).json()).toMatchObject({ code });
    expect((await app.inject(`${unseenUrl}/history`)).json().events).toHaveLength(1);
  });

  it('is reported once, however often it is asked for', async () => {
    await start();
    for (let n = 0; n < 3; n += 1) await app.inject(`${url}?asOf=1`);
    expect(captured).toHaveLength(1);
    const told = portal.logs.filter(({ message }) => message === 'an event cannot be read');
    expect(told.map(({ level, facts }) => [level, facts.stream])).toEqual(Array(3).fill(['error', `order-${id}`]));
  });

  it('is no order to other buyers', async () => {
    await start({ tokens: true });
    portal.freezeReadModels();
    portal.addOrder(unseen, [{ ...placeOrder, customerId: 'cust-1' }]);
    portal.spoil(unseen, 0, spoil);
    const as = (who: string) => app.inject({ url: unseenUrl, headers: { authorization: `Bearer ${who}` } });
    expect((await as('buyer:cust-2')).statusCode).toBe(404);
    if (reason !== 'not-applicable') expect((await as('buyer:cust-1')).json()).toMatchObject({ code });
  });
});

it('says so of events that lead to no order', async () => {
  const portal = memoryPortal();
  const app = await buildApp(portal.options);
  portal.addOrder(id, toShipped);
  portal.spoil(id, 0, () => ({ data: { customer: { name: 'Ada Byron' } } }));
  const answer = await app.inject(`${url}?asOf=0`);
  expect(answer.statusCode).toBe(500);
  const facts = { reason: 'not-applicable', stream: `order-${id}`, revision: 0 };
  expect(answer.json()).toMatchObject({ code: 'history-unreadable', facts });
  expect(answer.body).not.toContain('Ada');
  await app.close();
});

it.each(['/history', '?asOf=0', '?asOf=2026-03-01T09:30:00Z', '/diff'])(
  'says so of an order whose stream is gone, while the read model has it: %s',
  async (path) => {
    const captured: unknown[] = [];
    const portal = memoryPortal({ errors: { capture: (error) => captured.push(error) } });
    const histories = { ...portal.options.histories, orderHistory: async () => null, orderAsOf: async () => null };
    const app = await buildApp({ ...portal.options, histories });
    portal.addOrder(id, toShipped);
    const answer = await app.inject(`${url}${path}`);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({
      code: 'history-unreadable',
      detail: expect.stringContaining(`order-${id}`),
      facts: { reason: 'stream-missing', stream: `order-${id}` },
    });
    expect(captured).toMatchObject([{ message: expect.stringContaining(`order-${id}`) }]);
    await app.close();
  },
);

it.each([
  ['POST', `${url}/cancel`, { reason: 'changed plans' }],
  ['PATCH', `${url}/status`, { status: 'shipped', reason: 'by hand' }],
  ['POST', `${url}/refunds`, { reason: 'broken' }],
  ['POST', `${url}/export/retry`, {}],
] as const)('%s %s of such an order changes nothing and says why', async (method, path, payload) => {
  const portal = memoryPortal();
  const app = await buildApp(portal.options);
  portal.addOrder(id, toShipped);
  const event = { stream: `order-${id}`, revision: 3n, type: 'OrderPaid', metadata: { schemaVersion: 7 } };
  portal.failNext(new SchemaVersionUnknown(event as RecordedEvent, 1));
  const answer = await app.inject({ method, url: path, payload });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'newer-release-needed', facts: { revision: 3, eventType: 'OrderPaid' } });
  await app.close();
});

it('another brand does not even learn that a SKU is there whose events cannot be read', async () => {
  const portal = memoryPortal();
  const event = { stream: 'inventory-HEMP-1', revision: 3n, type: 'PriceChanged', metadata: { schemaVersion: 7 } };
  const inventoryAsOf = async () => {
    throw new SchemaVersionUnknown(event as RecordedEvent, 1);
  };
  const histories = { ...portal.options.histories, inventoryAsOf };
  const app = await buildApp({ ...portal.options, histories, authenticate: testTokens() });
  const codeFor = async (who: string) => {
    const headers = { authorization: `Bearer ${who}` };
    return (await app.inject({ url: '/api/v1/inventory/HEMP-1?asOf=3', headers })).json().code;
  };
  expect(await codeFor('brand:green-leaf')).toBe('not-found');
  for (const who of ['brand:vital-hemp', 'buyer:cust-1', 'operator']) {
    expect(await codeFor(who), who).toBe('newer-release-needed');
  }
  await app.close();
});
