import { describe, expect, it } from 'vitest';
import { breakingChanges } from './breaking-changes.js';
import { type Document, readDocument } from './document.js';

it('the API keeps what its released document promises', () => {
  expect(
    breakingChanges(readDocument('openapi.released'), readDocument('openapi')),
    'If the break is meant: raise info.version in src/http/plugins/openapi.ts, tell in docs/guides/upgrading.md, and ' +
      'run node scripts/docs.mjs --release.',
  ).toEqual([]);
});

const text = { type: 'string' } as const;
const order = {
  type: 'object',
  required: ['sku', 'quantity'],
  properties: {
    sku: { ...text, maxLength: 64 },
    quantity: { type: 'integer', minimum: 1, maximum: 10 },
    method: { ...text, enum: ['pickup', 'delivery'] },
    zone: { type: ['string', 'null'] },
  },
  additionalProperties: false,
} as const;
const placed = {
  type: 'object',
  required: ['id'],
  properties: { id: text, note: text, total: { type: 'integer' }, status: { ...text, enum: ['paid'] } },
} as const;

/** One operation, with what a test changes about it. */
function api(change: { order?: object; placed?: object; operation?: object; method?: string } = {}): Document {
  const operation = {
    operationId: 'placeOrder',
    security: [],
    parameters: [{ name: 'dry', in: 'query', schema: { type: 'boolean' } }],
    requestBody: { required: true, content: { 'application/json': { schema: { ...order, ...change.order } } } },
    responses: {
      201: {
        description: 'Placed',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Placed' } } },
      },
      409: { description: 'Refused' },
    },
    ...change.operation,
  };
  return {
    paths: { '/orders': { [change.method ?? 'post']: operation } },
    components: { schemas: { Placed: { ...placed, ...change.placed } } },
  };
}

const fields = order.properties;
const members = placed.properties;

describe('a client breaks by', () => {
  it.each([
    ['an operation that is gone', { method: 'put' }, 'is gone'],
    ['another operationId', { operation: { operationId: 'order' } }, 'is called order, was placeOrder'],
    ['a credential asked for', { operation: { security: [{ bearer: [] }] } }, 'asks for a credential'],
    ['a parameter that is gone', { operation: { parameters: [] } }, 'query dry is gone'],
    [
      'a parameter that is required',
      { operation: { parameters: [{ name: 'dry', in: 'query', required: true, schema: { type: 'boolean' } }] } },
      'query dry is required',
    ],
    [
      'a body in another form',
      { operation: { requestBody: { content: {} } } },
      'a body of application/json is no longer taken',
    ],
    ['a field that is required', { order: { required: ['sku', 'quantity', 'method'] } }, 'body.method is required'],
    ['a field not taken', { order: { properties: { ...fields, zone: undefined } } }, 'body.zone is gone'],
    ['null not taken', { order: { properties: { ...fields, zone: text } } }, 'body.zone no longer takes null'],
    [
      'a word not taken',
      { order: { properties: { ...fields, method: { ...text, enum: ['pickup'] } } } },
      'body.method no longer takes delivery',
    ],
    [
      'a lower limit',
      { order: { properties: { ...fields, sku: { ...text, maxLength: 8 } } } },
      'body.sku has a lower maxLength',
    ],
    [
      'a higher limit',
      { order: { properties: { ...fields, quantity: { ...fields.quantity, minimum: 2 } } } },
      'body.quantity has a higher minimum',
    ],
    [
      'a rule more',
      { order: { properties: { ...fields, sku: { ...fields.sku, pattern: '^A' } } } },
      'body.sku has another pattern',
    ],
    ['a status that is gone', { operation: { responses: { 200: { description: '' } } } }, 'no longer answers 201'],
    ['an answered field that is gone', { placed: { properties: { ...members, note: undefined } } }, '201.note is gone'],
    ['an answered field that may be missing', { placed: { required: [] } }, '201.id may be missing'],
    [
      'an answered field that may be null',
      { placed: { properties: { ...members, total: { type: ['integer', 'null'] } } } },
      '201.total may be null',
    ],
    [
      'an answered word that may be any',
      { placed: { properties: { ...members, status: text } } },
      '201.status may be any text',
    ],
  ])('%s', (_name, change, found) => {
    const changes = breakingChanges(api(), JSON.parse(JSON.stringify(api(change))));
    expect(changes[0]).toContain(found);
  });

  it.each([
    ['nothing', {}],
    ['an optional field more', { order: { properties: { ...fields, gift: text } } }],
    [
      'a word more that is taken',
      { order: { properties: { ...fields, method: { ...text, enum: ['pickup', 'delivery', 'drone'] } } } },
    ],
    ['a higher limit of text', { order: { properties: { ...fields, sku: { ...text, maxLength: 90 } } } }],
    ['an answered field more', { placed: { properties: { ...members, gift: text } } }],
    [
      'a problem more',
      { operation: { responses: { ...api().paths['/orders']?.post?.responses, 423: { description: '' } } } },
    ],
  ])('but not by %s', (_name, change) => {
    expect(breakingChanges(api(), api(change))).toEqual([]);
  });
});
