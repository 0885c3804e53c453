import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import type { AppOptions } from '../../../src/http/options.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { orderBody } from '../../support/orders.js';
import { exchange } from '../../support/raw-http.js';
import { testTokens } from '../../support/tokens.js';
import { until } from '../../support/until.js';

let app: FastifyInstance;
afterEach(() => app.close());

async function start(overrides: Partial<AppOptions> = {}) {
  const portal = memoryPortal(overrides);
  app = await buildApp(portal.options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const sockets: Socket[] = [];
  app.server.on('connection', (socket) => sockets.push(socket));
  /** What has been sent on a connection has been read, and no more is on its way. */
  const hasRead = (client: Socket) =>
    until('the portal has read it', () => {
      const socket = sockets.find(({ remotePort }) => remotePort === client.localPort);
      return socket?.bytesRead === client.bytesWritten && client.bytesWritten > 0;
    });
  return { portal, port: (app.server.address() as AddressInfo).port, hasRead };
}

/** A portal whose metrics page is under way until it is let go: any request that takes its time. */
async function startWithSlowPage(overrides: Partial<AppOptions> = {}, body = 'late') {
  let entered = (): void => undefined;
  let release = (): void => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const renderMetrics = async () => {
    entered();
    await held;
    return { contentType: 'text/plain', body };
  };
  return { ...(await start({ renderMetrics, ...overrides })), inside, release };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const placing = post('/api/v1/orders', JSON.stringify(orderBody()));
const statusesOf = (answers: string) => answers.match(/HTTP\/1\.1 \d+/g)?.map((line) => Number(line.slice(-3)));

const connectionsOf = ({ server }: FastifyInstance) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

/** A client that keeps its own half open, and what it has been sent. */
function client(port: number, ...bytes: string[]) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received = { text: '' };
  socket.setEncoding('utf8').on('data', (part) => {
    received.text += part;
  });
  socket.on('error', () => undefined);
  for (const part of bytes) socket.write(part);
  const closed = new Promise<void>((resolve) => {
    // Closed, or reset while something was on its way.
    for (const over of ['end', 'close']) socket.once(over, () => resolve());
  });
  return { socket, received, closed };
}

describe('a request behind others on the same connection', () => {
  it('that is no HTTP is refused after they were answered, not in their place', async () => {
    const { portal, port } = await start();
    const { answer } = await exchange(port, `${placing}${placing}HELLO\r\n\r\n`);
    expect(statusesOf(answer)).toEqual([201, 201, 400]);
    expect(portal.calls.map(({ useCase }) => useCase)).toEqual(['placeOrder', 'placeOrder']);
  });

  it('that is no HTTP is not answered within an answer that is under way', async () => {
    const { port } = await start({ limits: { heartbeatMs: 50, streamLifeMs: 60_000 } });
    const { socket, received } = client(port, get('/api/v1/events'));
    const signsOfLife = () => received.text.split(': alive').length - 1;
    await until('the stream has begun', () => signsOfLife() > 0);
    for (let more = 0; more < 3; more += 1) socket.write('HELLO\r\n\r\n');
    const before = signsOfLife();
    await until('it goes on', () => signsOfLife() > before + 3);
    expect(statusesOf(received.text)).toEqual([200]);
    socket.destroy();
  });

  it('that comes too slowly is refused after they were answered', async () => {
    const { port, inside, release } = await startWithSlowPage({ limits: { requestMs: 300 } });
    const { received, closed } = client(port, get('/metrics'), 'GET /healthz HTTP/1.1\r\nHo');
    await inside;
    await sleep(1_500);
    expect(received.text).toBe('');
    release();
    await closed;
    expect(statusesOf(received.text)).toEqual([200, 408]);
  });

  it.each([
    ['its head', 'GET /healthz HT', 'TP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['its body', placing.slice(0, -5), placing.slice(-5)],
  ])('that comes slowly is carried out when %s came while they were answered', async (_part, first, rest) => {
    const { port, hasRead, inside, release } = await startWithSlowPage({ limits: { requestMs: 300 } });
    const { socket, received } = client(port, get('/metrics'), first);
    await inside;
    await sleep(1_500);
    socket.write(rest);
    await hasRead(socket);
    release();
    await until('both are answered', () => statusesOf(received.text)?.length === 2);
    socket.write(get('/healthz'));
    await until('the connection is as good as new', () => statusesOf(received.text)?.length === 3);
    expect(statusesOf(received.text)).not.toContain(408);
    socket.destroy();
  });

  it('is told what is wrong with it also where one before it was answered early', async () => {
    const { port, hasRead } = await start({ authenticate: testTokens() });
    const { socket, received, closed } = client(port, placing.slice(0, -5));
    await until('it is answered', () => statusesOf(received.text)?.length === 1);
    socket.write(placing.slice(-5));
    await hasRead(socket);
    socket.write('HELLO\r\n\r\n');
    await closed;
    expect(statusesOf(received.text)).toEqual([401, 400]);
  });
});

describe('a caller that hangs up before its answer', () => {
  it('is logged and counted all the same, for what it asked for is carried out', async () => {
    const { portal, port, inside, release } = await startWithSlowPage();
    const socket = connect(port, '127.0.0.1');
    socket.write(get('/metrics'));
    await inside;
    socket.resetAndDestroy();
    const labels = { method: 'GET', route: '/metrics', status: '499' };
    await until('it is counted', () => portal.observations.length > 0);
    release();
    await app.close();
    expect(portal.observations).toMatchObject([{ name: 'portal_http_request_duration_seconds', labels }]);
    const message = 'the connection ended before the answer did';
    expect(portal.logs.filter(({ facts }) => facts.route === '/metrics')).toMatchObject([
      { level: 'debug', message, facts: { status: 499 } },
    ]);
  });

  it('is known of for each of its requests, also for those behind the one that was being answered', async () => {
    const { portal, port, inside, release } = await startWithSlowPage();
    const socket = connect(port, '127.0.0.1');
    socket.write(get('/metrics').repeat(3));
    await inside;
    socket.resetAndDestroy();
    await until('they are counted', () => portal.observations.length === 3);
    release();
    expect(portal.observations.map(({ labels }) => labels?.status)).toEqual(['499', '499', '499']);
  });

  it('holds no place of an event stream, even if it left before the stream began', async () => {
    const portal = memoryPortal();
    const { changes } = portal.options;
    const asked: (() => void)[] = [];
    const follow: typeof changes.follow = async (wanted) => {
      await new Promise<void>((resolve) => asked.push(resolve));
      return changes.follow(wanted);
    };
    const limits = { streamsPerCaller: 1, streamLifeMs: 60_000 };
    const { port } = await start({ changes: { ...changes, follow }, limits });
    const leaver = connect(port, '127.0.0.1');
    leaver.write(get('/api/v1/events'));
    await until('it waits for its stream', () => asked.length === 1);
    leaver.resetAndDestroy();
    await until('it has left', async () => (await connectionsOf(app)) === 0);
    asked[0]?.();
    const next = client(port, get('/api/v1/events'));
    await until('the next one waits for its stream', () => asked.length === 2 || next.received.text !== '');
    asked[1]?.();
    await until('it is answered', () => next.received.text !== '');
    expect(statusesOf(next.received.text)).toEqual([200]);
    next.socket.destroy();
  });

  it('is not waited for when it sent something more that is no HTTP', async () => {
    const { portal, port } = await start({ limits: { streamLifeMs: 60_000 } });
    const { socket, received } = client(port, get('/api/v1/events'));
    await until('the stream has begun', () => received.text.includes(': alive'));
    socket.write('HELLO\r\n\r\n');
    socket.end();
    await until('its stream has ended', () =>
      portal.increments.some(({ name }) => name === 'portal_event_streams_ended_total'),
    );
  });
});

describe('requests that are sent before the answers to those before them have come', () => {
  it('are carried out up to a limit, and refused beyond it, in their order', async () => {
    const { portal, port, hasRead, inside, release } = await startWithSlowPage({ limits: { pipelined: 3 } });
    const { socket, received } = client(port, get('/metrics') + placing.repeat(5));
    await inside;
    await hasRead(socket);
    await until('those within the limit are carried out', () => portal.calls.length >= 2);
    release();
    await until('all are answered', () => statusesOf(received.text)?.length === 6);
    expect(statusesOf(received.text)).toEqual([200, 201, 201, 429, 429, 429]);
    expect(received.text).toContain('"code":"rate-limited"');
    expect(portal.calls).toHaveLength(2);
    socket.write(placing);
    await until('there is room again', () => statusesOf(received.text)?.length === 7);
    expect(statusesOf(received.text)?.at(-1)).toBe(201);
    socket.destroy();
  });
});

describe('a stop', () => {
  const limits = { stopUnsentMs: 300, stopMs: 10_000 };
  const stop = async () => {
    const started = performance.now();
    await app.close();
    return performance.now() - started;
  };

  it.each([
    ['nothing', '', null],
    ['half a head', 'GET /healthz HT', 503],
    ['half a head behind a request', `${get('/healthz')}GET /healthz HT`, 503],
    ['half a body', placing.slice(0, -5), 503],
  ])('does not wait for long for a client that has sent %s', async (_what, bytes, refusal) => {
    const { portal, port, hasRead } = await start({ limits });
    const { socket, received, closed } = client(port);
    await once(socket, 'connect');
    // Apart, so that nothing but what is left of it can be told by how much has come.
    for (const part of bytes.split(/(?<=\r\n\r\n)(?=GET)/)) {
      socket.write(part);
      if (part !== '') await hasRead(socket);
      if (part.endsWith('\r\n\r\n')) await until('it is answered', () => received.text.includes('HTTP/1.1 200'));
    }
    expect(await stop()).toBeLessThan(limits.stopMs);
    await closed;
    expect(statusesOf(received.text)?.filter((status) => status === 503)[0] ?? null).toBe(refusal);
    if (refusal !== null) expect(received.text).toContain('This process stops.');
    expect(portal.calls).toEqual([]);
  });

  it('does not wait for the rest of what was answered early, and answers it once', async () => {
    const { port } = await start({ limits, authenticate: testTokens() });
    const { received, closed } = client(port, placing.slice(0, -5));
    await until('it is answered', () => received.text !== '');
    expect(await stop()).toBeLessThan(limits.stopMs);
    await closed;
    expect(statusesOf(received.text)).toEqual([401]);
  });

  it('lets a request arrive that is on its way', async () => {
    const { portal, port, hasRead } = await start({ limits: { ...limits, stopUnsentMs: 5_000 } });
    const { socket, received, closed } = client(port, placing.slice(0, -5));
    await hasRead(socket);
    const stopped = stop();
    await sleep(100);
    socket.write(placing.slice(-5));
    await closed;
    expect(statusesOf(received.text)).toEqual([201]);
    expect(await stopped).toBeLessThan(limits.stopMs);
    expect(portal.calls).toHaveLength(1);
  });

  it('does not cut off an answer that is still being sent', async () => {
    const bytes = 32 * 1024 * 1024;
    const { port, inside, release } = await startWithSlowPage({ limits }, 'x'.repeat(bytes));
    release();
    const socket = connect(port, '127.0.0.1').pause();
    socket.write(get('/metrics'));
    await inside;
    await sleep(300);
    const stopped = stop();
    await sleep(2 * limits.stopUnsentMs);
    let length = 0;
    for await (const part of socket as AsyncIterable<Buffer>) length += part.length;
    expect(length).toBeGreaterThan(bytes);
    await stopped;
  });

  it('does not wait for ever for a client that reads nothing, nor for a request that does not end', async () => {
    const stopMs = 1_000;
    const { portal, port, inside, release } = await startWithSlowPage({ limits: { ...limits, stopMs } });
    const socket = connect(port, '127.0.0.1').pause();
    socket.write(get('/metrics'));
    await inside;
    const tookMs = await stop();
    expect(tookMs).toBeGreaterThan(stopMs - 100);
    expect(tookMs).toBeLessThan(limits.stopMs);
    expect(portal.logs.filter(({ level }) => level === 'warn')).toMatchObject([{ facts: { connections: 1 } }]);
    release();
    socket.destroy();
  });
});
