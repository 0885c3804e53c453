import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import type { AppOptions } from '../../../src/http/options.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, orderBody, toExported } from '../../support/orders.js';
import { exchange } from '../../support/raw-http.js';
import { testTokens } from '../../support/tokens.js';
import { until } from '../../support/until.js';

let app: FastifyInstance;
afterEach(() => app.close());

async function start(overrides: Partial<AppOptions> = {}) {
  const portal = memoryPortal(overrides);
  app = await buildApp(portal.options);
  return portal;
}

describe('every answer', () => {
  it("carries its correlation id, the caller's when that is sane", async () => {
    await start();
    const ask = (id: string) => app.inject({ url: '/api/v1/products', headers: { 'x-correlation-id': id } });
    expect((await ask('checkout-7')).headers['x-correlation-id']).toBe('checkout-7');
    expect((await ask('a b')).headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('cannot be sniffed, framed or stored, and does not say what answers', async () => {
    await start();
    const { headers } = await app.inject('/api/v1/brands');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers.server).toBeUndefined();
  });

  it('is measured by route template and logged once with its correlation id', async () => {
    const portal = await start();
    await app.inject({ url: '/api/v1/products/HEMP-1', headers: { 'x-correlation-id': 'c-1' } });
    await app.inject('/nowhere');
    expect(portal.observations).toEqual([
      {
        name: 'portal_http_request_duration_seconds',
        value: expect.any(Number),
        labels: { method: 'GET', route: '/api/v1/products/:id', status: '200' },
      },
      {
        name: 'portal_http_request_duration_seconds',
        value: expect.any(Number),
        labels: { method: 'GET', route: 'unmatched', status: '404' },
      },
    ]);
    expect(portal.logs.filter((line) => line.facts.correlationId === 'c-1')).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'request completed',
        facts: expect.objectContaining({ route: '/api/v1/products/:id', status: 200, actor: 'operator:local' }),
      }),
    ]);
  });
});

describe('readiness', () => {
  it('says in words what is wrong', async () => {
    const checks = [{ name: 'redis', ok: false, detail: 'does not answer since 12 s' }];
    await start({ health: async () => ({ ready: false, checks }) });
    const answer = await app.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, checks }]);
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('ends before the process does', async () => {
    await start();
    expect((await app.inject('/readyz')).statusCode).toBe(200);
    app.setStopping();
    const answer = await app.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json().checks[0]).toEqual({ name: 'process', ok: false, detail: 'is stopping' });
    expect(answer.headers.connection).toBe('close');
    expect((await app.inject('/api/v1/products')).statusCode, 'work goes on meanwhile').toBe(200);
  });
});

describe('what a process serves', () => {
  it('is health and metrics only without the api role', async () => {
    await start({ servesApi: false });
    const status = async (url: string) => (await app.inject(url)).statusCode;
    expect([await status('/healthz'), await status('/readyz'), await status('/metrics')]).toEqual([200, 200, 200]);
    expect([await status('/api/v1/products'), await status('/openapi.json'), await status('/docs')]).toEqual([
      404, 404, 404,
    ]);
  });

  it('includes the metrics page as it is given', async () => {
    await start();
    const answer = await app.inject('/metrics');
    expect([answer.headers['content-type'], answer.body]).toEqual(['text/plain; version=0.0.4', '# metrics\n']);
  });
});

describe('on a real socket', () => {
  const listen = async () => {
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
    return (app.server.address() as AddressInfo).port;
  };
  const ask = async (bytes: string) => exchange(await listen(), bytes);

  it('the order of the docs can be placed', async () => {
    await start();
    const url = `http://127.0.0.1:${await listen()}/api/v1/orders`;
    const body = readFileSync(new URL('../../../docs/examples/test-order.json', import.meta.url), 'utf8');
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    // The shape is right; the example portal just does not sell what the demo catalogue does.
    expect(await answer.json()).toMatchObject({ code: 'unknown-sku' });
  });

  it('what is not HTTP is answered as a problem and hung up on', async () => {
    await start();
    const { answer } = await ask('HELLO\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'malformed-request', status: 400 });
  });

  it('a request without a host is answered as a problem; HTTP/1.0 may do without', async () => {
    await start();
    const { answer } = await ask('GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/^x-correlation-id: /im);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'malformed-request', status: 400 });
    expect((await ask('GET /healthz HTTP/1.0\r\n\r\n')).answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('a request that names two hosts is refused: which of them is meant is a matter of who looks', async () => {
    await start();
    const { answer } = await ask('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nhost: b\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'malformed-request', status: 400 });
  });

  it('a request with two credentials is refused, on behalf of neither', async () => {
    await start({ authenticate: testTokens() });
    const asked = (credentials: string) =>
      ask(`GET /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${credentials}\r\n\r\n`);
    const { answer } = await asked('Authorization: Bearer operator\r\nauthorization: Bearer buyer:cust-1');
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"code":"malformed-request"/s);
    expect((await asked('Authorization: Bearer operator')).answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('no field is passed over, however many come before it', async () => {
    await start();
    const fields = Array.from({ length: 1_200 }, (_, n) => `a${n}:b\r\n`).join('');
    const asked = (last: string) =>
      ask(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${fields}${last}\r\n\r\n`);
    expect((await asked('X-Correlation-Id: last')).answer).toMatch(/^HTTP\/1\.1 200 .*x-correlation-id: last/is);
    expect((await asked('Host: b')).answer).toMatch(/^HTTP\/1\.1 400 .*"code":"malformed-request"/s);
  });

  it.each(['/api/v1/orders', `/api/v1/orders/${exampleId(1)}/refunds`])(
    'a request with two keys is refused, for one more attempt would have another: %s',
    async (path) => {
      const portal = await start();
      portal.addOrder(exampleId(1), toExported);
      const body = JSON.stringify(path.endsWith('refunds') ? { reason: 'broken' } : orderBody());
      const send = (keys: string) =>
        ask(
          `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n` +
            `Content-Length: ${body.length}\r\n${keys}\r\n${body}`,
        );
      const { answer } = await send('Idempotency-Key: a\r\nidempotency-key: a\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 400 .*"code":"malformed-request"/s);
      expect(portal.calls).toEqual([]);
      expect((await send('Idempotency-Key: a, a\r\n')).answer).toMatch(/^HTTP\/1\.1 20[01] /);
    },
  );

  it('an address may name its host, as to a proxy', async () => {
    await start();
    const head = 'Host: 127.0.0.1\r\nConnection: close\r\n\r\n';
    expect((await ask(`GET http://127.0.0.1/healthz HTTP/1.1\r\n${head}`)).answer).toMatch(/^HTTP\/1\.1 200 /);
    expect((await ask(`PUT http://127.0.0.1/healthz HTTP/1.1\r\n${head}`)).answer).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('an address that leads out of a folder of files leads nowhere', async () => {
    const portal = await start();
    const head = 'Host: 127.0.0.1\r\nConnection: close\r\n\r\n';
    const { answer } = await ask(`GET /docs/static/%2e%2e/%2e%2e/package.json HTTP/1.1\r\n${head}`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 .*"code":"not-found"/s);
    expect(portal.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('an expectation nobody knows is passed over', async () => {
    await start();
    const head = 'Host: 127.0.0.1\r\nConnection: close\r\nExpect: miracles';
    expect((await ask(`GET /healthz HTTP/1.1\r\n${head}\r\n\r\n`)).answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('headers beyond the limit are answered as a problem', async () => {
    await start();
    const answer = await fetch(`http://127.0.0.1:${await listen()}/healthz`, {
      headers: { 'x-a': 'x'.repeat(20_000) },
    });
    expect(await answer.json()).toMatchObject({ status: 431, code: 'headers-too-large' });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('a body that comes too slowly is refused once, as the fault of its sender', async () => {
    const portal = await start({ limits: { requestMs: 500, handlerMs: 100 } });
    const { answer, tookMs } = await dribble();
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 408']);
    expect(answer).toMatch(/^Connection: close.*"code":"request-timeout"/ms);
    expect(tookMs).toBeGreaterThan(400);
    expect(tookMs).toBeLessThan(2_500);
    await app.close();
    expect(portal.observations).toEqual([]);
    const correlationId = /^x-correlation-id: (\S+)/im.exec(answer)?.[1];
    const told = { correlationId, code: 'request-timeout' };
    expect(portal.logs.filter(({ level }) => level === 'warn' || level === 'error')).toMatchObject([{ facts: told }]);
    const counted = { name: 'portal_http_refused_connections_total', labels: { code: 'request-timeout' } };
    expect(portal.increments).toMatchObject([counted]);
  });

  it('a client that hangs up halfway is told of as that, not as something of the portal that failed', async () => {
    const portal = await start();
    const socket = connect(await listen(), '127.0.0.1');
    const entered = new Promise<void>((resolve) => app.server.once('request', () => resolve()));
    socket.write('POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    socket.write('Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{');
    await entered;
    socket.resetAndDestroy();
    await until('its line is written', () => portal.logs.some(({ message }) => message?.includes('hung up')));
    await app.close();
    expect(portal.logs.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('what still comes slowly of a request that has been answered gets no second answer', async () => {
    const portal = await start({ limits: { requestMs: 500 }, authenticate: testTokens() });
    const { answer } = await dribble();
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 401']);
    await app.close();
    expect(portal.observations.map(({ labels }) => labels?.status)).toEqual(['401']);
  });

  /** Sends a body byte by byte, faster than it is looked for, until the other side hangs up. */
  async function dribble() {
    const head = 'Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 20000';
    return exchange(await listen(), `POST /api/v1/orders HTTP/1.1\r\n${head}\r\n\r\n`, 1);
  }

  it('a request refused for its slowness is not carried out once the rest of it has come', async () => {
    const portal = await start({ limits: { requestMs: 500 } });
    const body = JSON.stringify(orderBody());
    const head = `Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const socket = connect({ port: await listen(), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(`POST /api/v1/orders HTTP/1.1\r\n${head}\r\n\r\n${body.slice(0, 10)}`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    socket.end(body.slice(10));
    await new Promise((resolve) => socket.on('close', resolve));
    await app.close();
    expect(portal.calls).toEqual([]);
  });

  it('a chunked body beyond the limit is cut off', async () => {
    await start();
    const port = await listen();
    const outgoing = request({ port, host: '127.0.0.1', path: '/api/v1/orders', method: 'POST' });
    outgoing.setHeader('content-type', 'application/json');
    // The server hangs up while we still send; what counts is the answer it gave first.
    outgoing.on('error', () => {});
    const answered = once(outgoing, 'response');
    outgoing.write(Buffer.alloc(300 * 1024, 'x'));
    const [answer] = await answered;
    expect([answer.statusCode, answer.headers.connection]).toEqual([413, 'close']);
    outgoing.destroy();
  });

  it.each(['/api/v1/orders', '/api/v1/webhooks/stripe'])(
    'a body far beyond the limit is answered to a client that sends all of it before it reads: %s',
    async (path) => {
      await start();
      const socket = connect(await listen(), '127.0.0.1');
      const bytes = 8 * 1024 * 1024;
      const head = `Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${bytes}`;
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.write(`POST ${path} HTTP/1.1\r\n${head}\r\n\r\n${'x'.repeat(bytes)}`, () => resolve());
      });
      let answer = '';
      for await (const part of socket) answer += part;
      expect(answer).toMatch(/^HTTP\/1\.1 413 .*"code":"payload-too-large"/s);
    },
  );

  it('closing is quick with an idle keep-alive client, and lets a running request finish', async () => {
    let release: () => void = () => {};
    let entered: () => void = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start({
      renderMetrics: async () => {
        entered();
        await held;
        return { contentType: 'text/plain', body: 'late' };
      },
    });
    const port = await listen();
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    const get = async (path: string) => {
      const [answer] = await once(request({ port, host: '127.0.0.1', path, agent }).end(), 'response');
      let body = '';
      for await (const part of answer) body += part;
      return body;
    };
    expect(await get('/healthz')).toBe('{"status":"ok"}');
    const running = get('/metrics');
    await inside;
    await get('/healthz');
    const started = performance.now();
    const closed = app.close();
    // Its connection was not idle when the listener closed, and nobody comes back to it.
    setTimeout(release, 200);
    expect(await running).toBe('late');
    await closed;
    expect(performance.now() - started).toBeLessThan(2_000);
    agent.destroy();
  });
});
