import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditKeys } from '../../../src/audit/keys.js';
import { readPublicKeys } from '../../../src/audit/signing.js';
import { buildApp } from '../../../src/http/app.js';
import { type Policy, policies } from '../../../src/http/security/policies.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { newSigningKey } from '../../support/seals.js';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, Answer | { $ref: string }>;
}

interface Answer {
  description: string;
  headers?: object;
  content?: Record<string, { schema: object }>;
}

let app: FastifyInstance;
let document: {
  openapi: string;
  info: object;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, object>;
    securitySchemes: Record<string, object>;
    responses: Record<string, Answer>;
  };
};
beforeAll(async () => {
  app = await buildApp(memoryPortal().options);
  document = (await app.inject('/openapi.json')).json();
});
afterAll(() => app.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

it('shows the audit keys to everybody, and lets caches keep them', async () => {
  const { published } = createAuditKeys({ AUDIT_SIGNING_KEY: newSigningKey(), AUDIT_FORMER_KEYS: '' });
  const signing = await buildApp({ ...memoryPortal().options, auditKeys: published });
  const answer = await signing.inject('/.well-known/audit-key');
  expect(answer.headers['cache-control']).toBe('public, max-age=3600');
  expect(readPublicKeys(answer.body)).toEqual(published.map(({ pem: _, ...key }) => key));
  await signing.close();
  expect((await app.inject('/.well-known/audit-key')).json()).toEqual({ keys: [] });
});

describe('the OpenAPI document', () => {
  it('is 3.1 and says what it is about', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: expect.stringMatching(/\S/), version: expect.stringMatching(/\S/) });
  });

  it('lists every route but those of its own page', () => {
    const routes = app
      .routePolicies()
      .filter(({ method, url }) => method !== 'HEAD' && !url.startsWith('/docs'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    const listed = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(listed.sort()).toEqual(routes.sort());
  });

  it('asks for a credential exactly where the policy does', () => {
    const needed = new Map(
      app.routePolicies().map(({ method, url, policy }) => [`${method} ${url.replace(/:(\w+)/g, '{$1}')}`, policy]),
    );
    for (const { path, method, operation } of operations()) {
      const policy = needed.get(`${method.toUpperCase()} ${path}`) as Policy;
      expect(operation.security, path).toEqual(policies[policy] === null ? [] : [{ bearer: [] }]);
      expect('401' in operation.responses, path).toBe(policies[policy] !== null);
    }
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer']);
  });

  it('names every operation once, with a summary, a known tag and described answers', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { operation } of operations()) {
      expect(operation.summary).toMatch(/\S/);
      for (const tag of operation.tags) expect(tags).toContain(tag);
      const answers = Object.entries(operation.responses);
      expect(answers.some(([status]) => status.startsWith('2'))).toBe(true);
      for (const [status, answer] of answers) {
        // Described once for all, see below.
        if ('$ref' in answer) continue;
        expect(answer.description, `${operation.operationId} ${status}`).toMatch(/\S/);
        expect(answer.description, `${operation.operationId} ${status}`).not.toBe('Default Response');
        expect(answer.headers).toHaveProperty('X-Correlation-Id');
        if (operation.responses[429]) expect(answer.headers).toHaveProperty('RateLimit-Remaining');
        if (operation.responses[304] && status === '200') expect(answer.headers).toHaveProperty('ETag');
        if (Number(status) >= 400 && operation.operationId !== 'getReadiness') {
          expect(Object.keys(answer.content ?? {})).toEqual(['application/problem+json']);
        }
      }
    }
  });

  it('says in one place what any request can be refused with', () => {
    expect(Object.keys(document.components.responses)).toEqual([
      'malformed-request',
      'request-timeout',
      'misdirected-request',
      'headers-too-large',
    ]);
    for (const [code, answer] of Object.entries(document.components.responses)) {
      expect(answer.description).toContain(code);
      expect(answer.headers).toHaveProperty('X-Correlation-Id');
    }
    for (const { operation } of operations()) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '408', '421', '431']));
    }
  });

  it('declares exactly the parameters of each path, and asks for no query parameter', () => {
    for (const { path, operation } of operations()) {
      const parameters = operation.parameters ?? [];
      const inPath = parameters.filter((one) => one.in === 'path');
      expect(inPath.map((one) => one.name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const one of inPath) expect(one.required).toBe(true);
      for (const one of parameters) if (one.in !== 'path') expect(one.required ?? false, one.name).toBe(false);
    }
  });

  it('holds only references that lead somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      const [, kind = '', name = ''] =
        /^#\/components\/(schemas|headers|responses)\/([\w-]+)$/.exec(reference ?? '') ?? [];
      expect(document.components, reference).toHaveProperty([kind, name]);
    }
  });

  it('names every parameter of a read: another one is refused', async () => {
    const reads = operations().filter(({ path, method }) => path.startsWith('/api/v1') && method === 'get');
    expect(reads.length).toBeGreaterThan(10);
    for (const { path } of reads) {
      const answer = (await app.inject(`${path.replaceAll(/\{\w+\}/g, 'X-1')}?nonsense=1`)).json();
      expect(answer, path).toMatchObject({ code: 'validation-failed' });
      expect(JSON.stringify(answer.errors), path).toContain('nonsense');
    }
  });

  it('knows no keyword of OpenAPI 3.0 that 3.1 has dropped', () => {
    expect(JSON.stringify(document)).not.toMatch(/"(nullable|exclusiveMinimum":true|exclusiveMaximum":true)/);
  });
});

it('the page of the document bears our name and loads without anything from elsewhere', async () => {
  const page = await app.inject('/docs/');
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'self'; base-uri 'self'; img-src 'self' data:; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
      "object-src 'none'; frame-ancestors 'none';",
  );
  expect(page.body).toContain('<title>API of the VitalLogistics portal</title>');
  const assets = [...page.body.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => `/docs/${path?.slice(2)}`);
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) expect((await app.inject(asset)).statusCode, asset).toBe(200);
  expect(page.body).not.toMatch(/(src|href)="https?:/);
});
