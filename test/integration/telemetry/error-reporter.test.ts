import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createErrorReporter } from '../../../src/adapters/telemetry/error-reporter.js';
import { about } from '../../../src/adapters/telemetry/log-context.js';
import { listen } from '../../support/listen.js';

let close: () => Promise<void>;
let dsn: string;
let envelopes: string[];
let isAnswered: (envelope: string) => boolean;

/** Takes Sentry's envelopes: lines of JSON, the last of which is the report. */
beforeEach(async () => {
  envelopes = [];
  isAnswered = () => true;
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => null);
    // Whoever sent it has given up.
    if (body === null) return;
    const envelope = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    if (!isAnswered(envelope)) return;
    envelopes.push(envelope);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const listening = await listen(server);
  close = listening.close;
  dsn = `http://key@127.0.0.1:${listening.port}/1`;
});
afterEach(() => close());

const report = () => JSON.parse(envelopes[0]?.trim().split('\n').at(-1) ?? 'null');

describe('error reports', () => {
  it('carry the error, its cause, the release and the given context', async () => {
    const reporter = createErrorReporter({ dsn, release: '1.2.3', environment: 'test' });
    reporter.capture(new Error('export failed', { cause: new Error('socket hang up') }), { orderId: 'o-1' });
    expect(await reporter.flush()).toBe(true);

    expect(report()).toMatchObject({
      release: '1.2.3',
      environment: 'test',
      contexts: { portal: { orderId: 'o-1' } },
      exception: { values: [{ value: 'socket hang up' }, { value: 'export failed' }] },
    });
  });

  it('arrive again when a receiver that took them and never answered has recovered', async () => {
    isAnswered = (envelope) => envelope.includes('once more');
    const reporter = createErrorReporter({ dsn, timeoutMs: 200 });
    // As many as the client sends at once.
    for (let number = 0; number < 30; number += 1) reporter.capture(new Error(`failure ${number}`), {});
    await expect.poll(() => reporter.flush()).toBe(true);

    // On a busy machine one may take as long as those.
    const arrives = async () => {
      reporter.capture(new Error('once more'), {});
      return (await reporter.flush()) && envelopes.length > 0;
    };
    await expect.poll(arrives).toBe(true);
  });

  it('for a receiver on this machine do not go to a proxy for the web', async () => {
    vi.stubEnv('no_proxy', undefined);
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    try {
      const reporter = createErrorReporter({ dsn });
      reporter.capture(new Error('export failed'), {});
      expect(await reporter.flush()).toBe(true);
      expect(envelopes).toHaveLength(1);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('name the job and the order of the work that they come from, to be looked up by', async () => {
    const reporter = createErrorReporter({ dsn });
    const work = { correlationId: 'c-1', causationId: 'e-1', orderId: 'o-1', jobId: 'export.o-1-g0', attempt: 2 };
    await about(work, async () => reporter.capture(new Error('no answer'), { route: '/api/v1/orders' }));
    await reporter.flush();
    expect(report()).toMatchObject({
      contexts: { portal: { ...work, route: '/api/v1/orders' } },
      tags: { correlationId: 'c-1', orderId: 'o-1', jobId: 'export.o-1-g0' },
    });
  });

  it('carry no customer data, secret, host name or request', async () => {
    const reporter = createErrorReporter({ dsn });
    const error = Object.assign(new Error('no mail to jane@example.com with Bearer Zebra12345'), {
      config: { headers: { authorization: 'Zebra' } },
      response: { data: { email: 'Zebra' } },
    });
    const customer = { name: 'Zebra', phone: 'Zebra' };
    reporter.capture(error, { customer, nested: { shippingAddress: 'Zebra', clientSecret: 'Zebra' }, orderId: 'o-1' });
    await reporter.flush();

    expect(envelopes).toHaveLength(1);
    expect(envelopes[0]).not.toMatch(/Zebra|jane@/);
    expect(envelopes[0]).toContain('o-1');
    expect(Object.keys(report())).not.toEqual(expect.arrayContaining(['server_name']));
    for (const key of ['request', 'user', 'breadcrumbs', 'server_name', 'modules', 'extra']) {
      expect(report()).not.toHaveProperty(key);
    }
    expect(JSON.stringify(report())).not.toContain('"vars"');
  });

  it('are made of things that are no errors, too', async () => {
    const reporter = createErrorReporter({ dsn });
    reporter.capture('just a text', {});
    await reporter.flush();
    expect(report().exception.values[0].value).toBe('just a text');
  });

  it('go nowhere without a DSN', async () => {
    const reporter = createErrorReporter({ dsn: '' });
    reporter.capture(new Error('unseen'), {});
    expect(await reporter.flush()).toBe(true);
    expect(envelopes).toEqual([]);
  });

  it('are sampled', async () => {
    const reporter = createErrorReporter({ dsn, sampleRate: 0 });
    reporter.capture(new Error('left out'), {});
    await reporter.flush();
    expect(envelopes).toEqual([]);
  });

  it('do not hold up the process when the tracker is away', async () => {
    const reporter = createErrorReporter({ dsn: 'http://key@127.0.0.1:9/1' });
    reporter.capture(new Error('lost'), {});
    await reporter.flush();
  });
});
