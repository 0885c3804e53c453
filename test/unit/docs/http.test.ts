import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { allPages, blocks, read } from './pages.js';

let app: FastifyInstance;
let paths: Record<string, Record<string, unknown>>;

beforeAll(async () => {
  app = await buildApp(memoryPortal().options);
  paths = app.swagger().paths as typeof paths;
});

afterAll(() => app.close());

/** Whether the API has the operation; what stands for an id in a command fits any parameter. */
function isKnown(method: string, path: string): boolean {
  const segments = path.split('/');
  return Object.entries(paths).some(([template, operations]) => {
    const parts = template.split('/');
    const fits = parts.every((part, index) => part === segments[index] || (/^\{.*\}$/.test(part) && segments[index]));
    return parts.length === segments.length && fits && method.toLowerCase() in operations;
  });
}

/** Requests to the portal that shell commands of a page make. */
function requestsIn(shell: string): { method: string; path: string }[] {
  // In the README the address includes the prefix.
  const prefix = /^portal=\S*\/api\/v1$/m.test(shell) ? '/api/v1' : '';
  const commands = shell.replaceAll('\\\n', ' ').matchAll(/curl [^\n|]*?\$portal(\/[^\s"')?]*)/g);
  return [...commands].map(([command, path = '']) => ({
    method: /-X ([A-Z]+)/.exec(command)?.[1] ?? 'GET',
    path: `${prefix}${path}`,
  }));
}

describe('requests that the pages show', () => {
  test.each(allPages())('$file', (page) => {
    for (const { method, path } of blocks(page, 'bash').flatMap(requestsIn)) {
      expect(isKnown(method, path), `${method} ${path}`).toBe(true);
    }
  });

  test('there are some, and a wrong one is found', () => {
    const requests = allPages().flatMap((page) => blocks(page, 'bash').flatMap(requestsIn));
    expect(requests.length).toBeGreaterThan(10);
    expect(isKnown('PUT', '/api/v1/orders')).toBe(false);
    expect(isKnown('GET', '/api/v1/order')).toBe(false);
  });

  test('the HTTP reference names every endpoint of the API, and no other', () => {
    const named = [...read('docs/reference/http.md').matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`]*)`/g)];
    expect(named.filter(([, method = '', path = '']) => !isKnown(method, path))).toEqual([]);
    const listed = new Set(named.map(([, method, path]) => `${method} ${path}`));
    const missing = Object.entries(paths)
      .filter(([path]) => path !== '/openapi.json')
      .flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`))
      .filter((operation) => !listed.has(operation));
    expect(missing).toEqual([]);
  });
});

describe('JSON that the pages show', () => {
  test.each(allPages())('$file', (page) => {
    for (const block of blocks(page, 'json')) expect(() => JSON.parse(block)).not.toThrow();
  });

  test.each([
    ['docs/examples/test-order.json', () => read('docs/examples/test-order.json')],
    ['docs/reference/http.md', () => blocks({ file: '', text: read('docs/reference/http.md') }, 'json')[0] ?? ''],
  ])('the order in %s is one that the API takes', async (_file, body) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/orders',
      headers: { 'content-type': 'application/json' },
      payload: body(),
    });
    // The portal of this test has other products; the body itself is fine.
    expect(answer.json()).toMatchObject({ code: 'unknown-sku' });
  });
});
