import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import type { AppOptions } from '../../../src/http/options.js';
import { orderBody, testPortal, testTokens } from '../../support/http.js';
import { exchange } from '../../support/raw-http.js';
import { until } from '../../support/until.js';

let app: FastifyInstance;
afterEach(() => app.close());

async function start(overrides: Partial<AppOptions> = {}) {
  const portal = testPortal(overrides);
  app = await buildApp(portal.options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { portal, port: (app.server.address() as AddressInfo).port };
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

/** A client that keeps its own half open, and what it has been sent. */
function client(port: number, ...bytes: string[]) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received = { text: '' };
  socket.setEncoding('utf8').on('data', (part) => {
    received.text += part;
  });
  socket.on('error', () => undefined);
  for (const part of bytes) socket.write(part);
  return { socket, received, closed: once(socket, 'end') };
}

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
});
