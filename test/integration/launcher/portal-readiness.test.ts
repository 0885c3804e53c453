import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReadiness, whyNotReady } from '../../../embedded/stack/portal-readiness.js';

describe('a portal that answers', () => {
  let server: Server;
  let url: string;
  const answers: Record<string, { status: number; body: unknown }> = {};
  const unready = {
    status: 503,
    body: {
      checks: [
        { name: 'postgresql', ok: true, detail: 'answers' },
        { name: 'event log', ok: false, detail: 'it lacks what was read from it' },
      ],
    },
  };

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    server = createServer((request, response) => {
      const { status, body } = answers[request.url ?? ''] ?? { status: 404, body: null };
      response.writeHead(status).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    vi.useRealTimers();
    server.close();
  });

  it('is waited for until it is ready and its first sync has ended', async () => {
    const isUp = createReadiness(url);
    answers['/readyz'] = unready;
    expect(await isUp()).toBe(false);
    answers['/readyz'] = { status: 200, body: { checks: [] } };
    answers['/api/v1/inventory/syncs'] = { status: 200, body: { items: [{ status: 'running' }] } };
    expect(await isUp()).toBe(false);
    answers['/api/v1/inventory/syncs'] = { status: 200, body: { items: [{ status: 'failed' }] } };
    expect(await isUp()).toBe(true);
    expect(await whyNotReady(url)).toBe(null);
  });

  it('counts as up when it stays unready: it is not stopped, and says what is in the way', async () => {
    const isUp = createReadiness(url);
    answers['/readyz'] = unready;
    expect(await isUp()).toBe(false);
    vi.setSystemTime(Date.now() + 29_000);
    expect(await isUp()).toBe(false);
    vi.setSystemTime(Date.now() + 2_000);
    expect(await isUp()).toBe(true);
    expect(await whyNotReady(url)).toBe('event log: it lacks what was read from it');
  });
});
