import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventSpanIdOf, traceIdOf } from '../../../src/adapters/telemetry/trace-ids.js';
import { createTracing } from '../../../src/adapters/telemetry/tracing.js';
import { type Listening, listen } from '../../support/listen.js';
import { pay, place, quickPolling, startPortal, streamOf, type TestPortal, untilEvent } from '../../support/portal.js';
import { until } from '../../support/until.js';

/** A span as OTLP's JSON has it. */
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[];
  readonly status: { code?: number };
  /** The process's. */
  readonly service: string;
}

interface Export {
  resourceSpans: {
    resource: { attributes: Span['attributes'] };
    scopeSpans: { spans: Span[] }[];
  }[];
}

let collector: Listening;
let portal: TestPortal;
const spans: Span[] = [];
const bodies: string[] = [];
const headers: NodeJS.Dict<string | string[]>[] = [];

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    headers.push(request.headers);
    bodies.push(body);
    for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
      const service = String(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue);
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  collector = await listen(server);
  portal = await startPortal({
    ...quickPolling,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=shop, authorization=Bearer a=b',
    // The error tracker brings an OpenTelemetry of its own.
    SENTRY_DSN: 'http://public@127.0.0.1:1/1',
  });
}, 150_000);
afterAll(async () => {
  await portal?.stop();
  await collector?.close();
});

describe('tracing', () => {
  it('makes one trace of a request and of what it causes in the workers', async () => {
    const placed = await place(portal, { email: 'kanari@example.com' });
    const [first] = await streamOf(portal, placed.order.id);
    const traceId = traceIdOf(first?.metadata.$correlationId ?? '');
    const ofTrace = () => spans.filter((span) => span.traceId === traceId);
    const named = (name: string) => ofTrace().find((span) => span.name === name);
    const request = await until('the request is traced', () => named('POST /api/v1/orders'));
    const intent = await until('Stripe was asked', () => named('stripe createPaymentIntent'));
    const recorded = await until('the event is traced', () => named('recorded OrderPlaced'));
    expect(request.parentSpanId ?? '').toBe('');
    expect(intent.parentSpanId).toBe(request.spanId);
    const append = ofTrace().find(({ spanId }) => spanId === recorded.parentSpanId);
    const command = ofTrace().find(({ spanId }) => spanId === append?.parentSpanId);
    expect([append?.name, command?.name]).toEqual(['append', expect.stringMatching(/^command order /)]);
    expect(command?.parentSpanId).toBe(request.spanId);

    await pay(portal, placed);
    const exported = await untilEvent(portal, placed.order.id, 'OrderExported');
    expect(exported.metadata.$correlationId, 'the payment goes on with the order').toBe(first?.metadata.$correlationId);
    const effect = await until('the effect is traced', () => named('effect export'));
    const call = await until('the warehouse was asked', () => named('warehouse createOrder'));
    const cause = await until('its cause is traced', () =>
      ofTrace().find(({ spanId }) => spanId === effect.parentSpanId),
    );
    expect(cause.name).toBe('recorded OrderPaid');
    expect(call).toMatchObject({ parentSpanId: effect.spanId, service: 'vitallogistics-portal' });
    expect(headers[0]).toMatchObject({ 'x-tenant': 'shop', authorization: 'Bearer a=b' });
  });

  it.each(['effect webhook', 'effect sync'])('hangs each %s below the request that asked for it', async (name) => {
    const effect = await until('the effect is traced', () => spans.find((span) => span.name === name));
    const within = (spanId: string | undefined) =>
      until('what it hangs below is traced', () =>
        spans.find((span) => span.traceId === effect.traceId && span.spanId === spanId),
      );
    const mark = await within(effect.parentSpanId);
    expect(mark.name).toMatch(/^recorded request of /);
    if (name === 'effect webhook') expect((await within(mark.parentSpanId)).name).toBe('POST /api/v1/webhooks/stripe');
  });

  it('makes one trace of a look at the warehouse', async () => {
    const page = await until('a page is traced', () =>
      spans.find(({ name }) => name === 'warehouse ordersUpdatedSince'),
    );
    const poll = await until('its poll is traced', () => spans.find(({ spanId }) => spanId === page.parentSpanId));
    expect(poll.name).toBe('scheduled status-polling');
  });

  it('tells no customer data, and marks what failed by the kind of error', async () => {
    await portal.wms('POST', '/faults', {
      match: { method: 'POST', path: '/api/v1/orders' },
      fault: { status: 500, body: 'Kanari' },
      times: 1,
    });
    const placed = await place(portal, { pick: 1, email: 'kanari@example.com' });
    await portal.api('GET', '/api/v1/products?search=Kanari');
    await pay(portal, placed);
    await untilEvent(portal, placed.order.id, 'OrderExported');
    const failed = await until('the failure is traced', () =>
      spans.find(({ name, status }) => name === 'warehouse createOrder' && status.code === 2),
    );
    expect(failed.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'WarehouseError' } });
    expect(bodies.join('')).not.toMatch(/kanari|Ada Byron|Main St|555 0100/i);
  });
});

describe('trace ids', () => {
  it('are the correlation id where it is a UUID, and made of it where it is not', () => {
    expect(traceIdOf('0D9E5A4C-6d6c-4d5e-8f9a-1b2c3d4e5f60')).toBe('0d9e5a4c6d6c4d5e8f9a1b2c3d4e5f60');
    expect(traceIdOf('shop-17')).toMatch(/^[0-9a-f]{32}$/);
    expect(traceIdOf('shop-17')).not.toBe(traceIdOf('shop-18'));
    expect(eventSpanIdOf('a')).toMatch(/^[0-9a-f]{16}$/);
  });

  it('do not keep the portal waiting for a collector that is away', async () => {
    const tracing = createTracing({ endpoint: 'http://127.0.0.1:1', headers: '', roles: ['api'] });
    expect(await tracing.run({ name: 'work', kind: 'internal' }, async () => 'done')).toBe('done');
    await tracing.close();
  });
});
