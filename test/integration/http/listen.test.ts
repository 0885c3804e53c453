import dns from 'node:dns';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it, vi } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { listen } from '../../../src/http/listen.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exchange } from '../../support/raw-http.js';

let app: FastifyInstance;
afterEach(async () => {
  vi.restoreAllMocks();
  await app.close();
});

/** To those who ask for all of them, as Fastify does; one is as good as the other to those who ask for one. */
function giveLocalhostTwoAddresses(): void {
  const lookup = dns.lookup;
  vi.spyOn(dns, 'lookup').mockImplementation(((host: string, ...rest: unknown[]) => {
    const [options, done] = rest as [dns.LookupOptions, (error: null, found: dns.LookupAddress[]) => void];
    if (typeof options !== 'object' || !options.all) return Reflect.apply(lookup, dns, [host, ...rest]);
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  }) as typeof dns.lookup);
}

it('a name with two addresses opens no second server, which would not know our checks of a connection', async () => {
  giveLocalhostTwoAddresses();
  app = await buildApp(memoryPortal().options);
  const url = await listen(app, { host: 'localhost', port: 0 });
  expect(app.addresses()).toEqual([expect.objectContaining({ address: '127.0.0.1' })]);
  const unusual = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nConnection: close\r\n\r\n';
  expect((await exchange(Number(new URL(url).port), unusual)).answer).toMatch(/^HTTP\/1\.1 200 /);
});

it('a name that nobody knows is told', async () => {
  app = await buildApp(memoryPortal().options);
  await expect(listen(app, { host: 'nobody.invalid', port: 0 })).rejects.toThrow('nobody.invalid');
});
