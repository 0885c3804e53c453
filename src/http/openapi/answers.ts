import type { SwaggerTransformObject } from '@fastify/swagger';
import { problems } from '../problems/catalogue.js';
import { earlyProblems, problemAnswer } from '../schemas/shared.js';
import { exampleOf, type Shape } from './examples.js';

type Document = Extract<Parameters<SwaggerTransformObject>[0], { openapiObject: unknown }>['openapiObject'];

/**
 * Completes the document with what route schemas have no place for: headers of answers, examples of bodies, and what any
 * request can be answered.
 */
export function withAnswers(document: Document): Document {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Shape>;
  document.components = { ...document.components, headers: declared, responses: early };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item?.[method];
      if (operation) complete(operation, path, method, schemas);
    }
  }
  return document;
}

const methods = ['get', 'post', 'put', 'patch'] as const;
type Operation = NonNullable<NonNullable<NonNullable<Document['paths']>[string]>['get']>;

function complete(
  { requestBody, parameters, responses }: Operation,
  path: string,
  method: string,
  schemas: Record<string, Shape>,
): void {
  if (requestBody && 'content' in requestBody) giveExamples(requestBody.content, schemas);
  if (!responses) return;
  for (const code of earlyProblems) responses[problems[code].status] ??= { $ref: `#/components/responses/${code}` };
  const sent = new Set(parameters?.flatMap((one) => ('name' in one ? one.name.toLowerCase() : [])));
  const limited = '429' in responses ? rateLimits : [];
  for (const [status, answer] of Object.entries(responses)) {
    if ('$ref' in answer) continue;
    giveExamples(answer.content, schemas);
    const replies = repliesTo.filter(([header, statuses]) => sent.has(header) && statuses.test(status));
    const names = [...headersOf(path, method, status), ...replies.map(([, , name]) => name), ...limited];
    answer.headers = referencesTo(names);
  }
}

/** What a request header is replied to with, and under which statuses. */
const repliesTo = [
  ['x-min-event-position', /^200$/, 'X-Parked-Streams'],
  ['idempotency-key', /^2/, 'Idempotency-Replayed'],
  ['if-none-match', /^(200|304)$/, 'ETag'],
] as const;

const rateLimits = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;

type Bodies = Record<string, { schema?: object; example?: unknown; examples?: object }>;

function giveExamples(content: Bodies | undefined, schemas: Record<string, Shape>): void {
  for (const body of Object.values(content ?? {})) {
    if (body.schema && body.example === undefined && body.examples === undefined) {
      body.example = exampleOf(body.schema, schemas);
    }
  }
}

const headers = {
  'X-Correlation-Id': {
    description: 'As sent when it was sane, else made here',
    example: '7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11',
  },
  'X-Event-Position': {
    description: 'Where the write ended, or an earlier one that did the same',
    example: '48211/48211',
  },
  'X-Parked-Streams': {
    description:
      'To `X-Min-Event-Position` only: read models had to leave streams behind up to that position, and the answer may be ' +
      'older in what those streams say',
    example: 'true',
  },
  'Idempotency-Replayed': {
    description: 'The request had been answered before under its `Idempotency-Key`; left away when it had not',
    example: 'true',
  },
  Location: { description: 'Address of the order', example: '/api/v1/orders/0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20' },
  ETag: { description: 'Of an order its revision, else the same for the same bytes', example: '"3"' },
  'RateLimit-Limit': {
    description: 'Requests a minute; without Redis, or a limit, there are none of these',
    example: '600',
  },
  'RateLimit-Remaining': { description: 'Requests left in this minute', example: '5987' },
  'RateLimit-Reset': { description: 'Seconds until the minute ends', example: '42' },
  'Retry-After': { description: 'Seconds', example: '2' },
  'WWW-Authenticate': { description: 'Which credential is asked for', example: 'Bearer realm="portal"' },
} as const;
type HeaderName = keyof typeof headers;

const declared = Object.fromEntries(
  Object.entries(headers).map(([name, { description, example }]) => [
    name,
    { description, schema: { type: 'string', examples: [example] } } as const,
  ]),
);

/** Answers of every operation, in one place. */
const early = Object.fromEntries(
  earlyProblems.map((code) => [
    code,
    { ...problemAnswer([code], '#/components/schemas/Problem'), headers: referencesTo(['X-Correlation-Id']) },
  ]),
);

function referencesTo(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function headersOf(path: string, method: string, status: string): HeaderName[] {
  const order = /^\/api\/v1\/orders(\/|$)/.test(path);
  const one = order && !/\/(history|diff)$/.test(path) && (path.includes('{id}') || method === 'post');
  const writes =
    method !== 'get' && (order || method === 'put' || (path.endsWith('/inventory/sync') && status === '200'));
  const borne: [HeaderName, boolean][] = [
    ['X-Correlation-Id', true],
    ['X-Event-Position', writes && status.startsWith('2')],
    ['Location', status === '201'],
    ['ETag', one && !path.endsWith('/payment') && /^[23]/.test(status)],
    ['Retry-After', status === '429' || (status === '503' && path !== '/readyz')],
    ['WWW-Authenticate', status === '401'],
  ];
  return borne.flatMap(([name, isBorne]) => (isBorne ? name : []));
}
