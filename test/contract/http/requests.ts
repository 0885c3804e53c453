import fc from 'fast-check';
import {
  type Document,
  type Operation,
  operationsOf,
  type Parameter,
  resolve,
  type Schema,
} from '../../unit/openapi/document.js';

/** A request as `app.inject` takes it, and the operation it is meant for: `GET /api/v1/orders`. */
export interface FuzzedRequest {
  readonly name: string;
  readonly inject: {
    readonly method: 'GET';
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly payload?: string;
  };
}

/** What exists, so that some requests find something. */
export interface Known {
  /** Values of parameters and members of bodies by their names. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** The signature of a webhook's body. */
  readonly sign: (payload: string) => string;
}

/** Requests for every operation of the document: good, nearly good, and hostile in every part. */
export function fuzzedRequests(document: Document, known: Known): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(
    ...[...operationsOf(document)].map(([name, operation]) => ({
      weight: weightOf(name, operation),
      arbitrary: request(document, known, name, operation),
    })),
  );
}

/** The more an operation takes, the more can be wrong with it. A sync reads the whole catalogue of the warehouse. */
function weightOf(name: string, { parameters = [], requestBody }: Operation): number {
  const inputs = parameters.length + (requestBody ? 1 : 0);
  return name.endsWith('/sync') ? 2 : 5 + 20 * inputs;
}

function request(document: Document, known: Known, name: string, operation: Operation): fc.Arbitrary<FuzzedRequest> {
  const [method = '', path = ''] = name.split(' ');
  const parameters = operation.parameters ?? [];
  const of = (where: string) => parameters.filter((one) => one.in === where);
  const body = operation.requestBody?.content['application/json']?.schema;
  const signs = parameters.some((one) => one.name === 'stripe-signature');
  // A stream has no end to wait for: it is only asked for wrongly.
  const endless = Object.values(operation.responses).some(({ content }) => content && 'text/event-stream' in content);
  return fc
    .record({
      path: fc.record(Object.fromEntries(of('path').map((one) => [one.name, parameter(one, known)]))),
      query: fc.record(Object.fromEntries(of('query').map((one) => [one.name, sometimes(2, parameter(one, known))]))),
      more: endless ? fc.tuple(fc.constant('more'), hostileText) : sometimes(10, fc.tuple(hostileText, hostileText)),
      headers: fc.record(
        Object.fromEntries(of('header').map((one) => [one.name, sometimes(3, parameter(one, known))])),
      ),
      correlation: sometimes(10, hostileText),
      accept: sometimes(3, fc.constantFrom('text/csv', 'application/json', '*/*', 'x', '')),
      contentType: fc.oneof(
        { weight: 12, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: contentTypes },
      ),
      signed: fc.boolean(),
      payload: body
        ? payloads(valid(document, body, 'body', known))
        : signs
          ? payloads(webhook(known))
          : sometimes(5, hostilePayloads),
    })
    .map(({ path: values, query, more, headers, correlation, accept, contentType, signed, payload }) => {
      const pairs = [...given(query), ...(more ? [more] : [])];
      const search = pairs.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&');
      const filled = path.replace(/\{(\w+)\}/g, (_all, key: string) => encoded(String(values[key])));
      const sent = {
        ...Object.fromEntries(given(headers).map(([key, value]) => [key, headerText(value)])),
        ...(correlation === null ? {} : { 'x-correlation-id': headerText(correlation) }),
        ...(accept === null ? {} : { accept }),
        ...(signs && signed && payload !== null ? { 'stripe-signature': known.sign(payload) } : {}),
        ...(payload === null || contentType === '' ? {} : { 'content-type': contentType }),
      };
      const url = search === '' ? filled : `${filled}?${search}`;
      // GET stands for any method, which the type does not take.
      return {
        name,
        inject: { method: method as 'GET', url, headers: sent, ...(payload === null ? {} : { payload }) },
      };
    });
}

/** The value once in so many times. */
function sometimes<Value>(times: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}

function given(values: Record<string, string | null>): [string, string][] {
  return Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null);
}

/** An event of Stripe about a payment. */
function webhook(known: Known): fc.Arbitrary<unknown> {
  const types = ['payment_intent.succeeded', 'payment_intent.payment_failed', 'charge.refunded', 'refund.failed', 'x'];
  return fc.record({
    id: fc.uuid(),
    type: fc.constantFrom(...types),
    created: fc.nat(),
    data: fc.record({
      object: fc.record({
        id: fc.string({ minLength: 1 }),
        amount: fc.nat(),
        currency: fc.constantFrom('usd', 'USD', 'xxx'),
        metadata: fc.record({ order_id: fc.constantFrom(...(known.values.orderId ?? []), 'nobody') }),
      }),
    }),
  });
}

const oddText = [
  '',
  ' ',
  '\0',
  '\u202e',
  '\ud800',
  '\ufeff',
  'Ā'.repeat(300),
  'a'.repeat(5_000),
  '__proto__',
  'constructor',
  'toString',
  "'; drop table x; --",
  '../../etc/passwd',
  '%',
  '%00',
  '%ff',

  '{{7*7}}',
  '<script>',
  '-1',
  '0',
  '1e309',
  '9'.repeat(40),
  'NaN',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31T23:59:59Z',
  '2026-03-01T25:00:00Z',
  '*',
  '\\',
  '👩‍🚀',
  'İ',
  'ß',
  '0/0',
  '18446744073709551616/1',
  '-1/-1',
  'eyJ2IjoxfQ',
  'W10',
] as const;
const hostileText = fc.oneof(
  fc.constantFrom(...oddText),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.base64String({ maxLength: 60 }),
);
const contentTypes = fc.constantFrom(
  '',
  'text/plain',
  'application/xml',
  'application/json; charset=utf-7',
  'application/json;;',
  'x',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
);

function parameter({ name, schema, example, examples }: Parameter, known: Known): fc.Arbitrary<string> {
  const shown = [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples ?? {}).map(({ value }) => value),
  ];
  const whole = shown.length > 0 ? { ...schema, examples: shown } : schema;
  const good = valid(noSchemas, whole, name, known).map((value) => String(value));
  return fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: hostileText });
}

/** Parameters refer to none. */
const noSchemas: Document = { paths: {}, components: { schemas: {} } };

/** The good one as it is, with a part of it spoiled, or something else altogether. */
function payloads(good: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: good.map((value) => JSON.stringify(value)) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(good, fc.nat(), hostileValue)
        .map(([value, at, odd]) => JSON.stringify(spoiled(value, at, odd))),
    },
    { weight: 1, arbitrary: hostilePayloads },
  );
}

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}, [[[]]], {
    a: { b: {} },
  }),
  fc.jsonValue({ maxDepth: 3 }),
);

const hostilePayloads: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      '',
      '{',
      '[',
      'null',
      '0',
      '""',
      '{"__proto__":{"a":1}}',
      '{"constructor":{"prototype":{"a":1}}}',
      '\ufeff{}',
      '{"a":1,"a":2}',
      '{"a":1e999}',
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      '{"reason":"\\ud800"}',
    ),
  },
  { weight: 1, arbitrary: fc.constant(`{"reason":"${'x'.repeat(300_000)}"}`) },
  { weight: 8, arbitrary: hostileValue.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
);

/** The value with one of its parts replaced, an unknown one added, or one left out. */
function spoiled(value: unknown, at: number, odd: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || at % 7 === 0) return odd;
    return value.map((one, index) => (index === at % value.length ? spoiled(one, Math.floor(at / 3), odd) : one));
  }
  if (typeof value !== 'object' || value === null || at % 11 === 0) return odd;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)] ?? 'more';
  if (at % 5 === 0) return { ...value, [fc.stringify(odd).slice(0, 40)]: odd };
  if (at % 5 === 1) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: spoiled((value as Record<string, unknown>)[key], Math.floor(at / 3), odd) };
}

/** Values the schema accepts, mostly; what exists where a name says so. */
function valid(document: Document, schemaOrRef: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const schema = resolve(document, schemaOrRef);
  const exist = Object.hasOwn(known.values, name) ? known.values[name] : undefined;
  if (exist) return fc.constantFrom(...exist);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? 'string'].flat();
  const main = types.find((type) => type !== 'null') ?? 'null';
  const one = ofType(document, { ...schema, type: main }, known);
  return types.includes('null') ? fc.option(one, { freq: 4 }) : one;
}

function ofType(document: Document, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {}).map(
        ([name, member]) => [name, valid(document, member, name, known)] as const,
      );
      return fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])] });
    }
    case 'array':
      return fc.array(valid(document, schema.items ?? {}, 'item', known), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      });
    case 'integer':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 9, 9) || 9 }),
        fc.constantFrom(schema.minimum ?? 0, schema.maximum ?? 2 ** 52),
      );
    case 'boolean':
      return fc.boolean();
    default: {
      const examples = (schema.examples ?? []).map(String);
      const free = fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(schema.maxLength ?? 30, 30) });
      return examples.length > 0
        ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: free })
        : free;
    }
  }
}

/** Percent-encoded; what cannot be is sent as it is found, for a client may be wrong. */
function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
}

/** Headers are Latin-1 without line breaks: no client can send others. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}
