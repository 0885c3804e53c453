import canonicalizeModule from 'canonicalize';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../src/commands/canonical-json.js';
import { randomRuns, randomTimeoutMs } from '../../support/runs.js';

const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toJSON',
    '0',
    '10',
    '9',
    '01',
    '-1',
    '4294967295',
    '$ref',
    'ä',
    '\ud83d',
  ),
);
const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, false, -0, 1e21, 1e-7, 0.1 + 0.2, '\ud800', '\u2028"\\\u0007'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value')),
    fc.array(fc.tuple(name, tie('value'))).map((members) => Object.fromEntries(members)),
  ),
}));

it('any value has the text that RFC 8785 gives it, however its members are ordered', {
  timeout: randomTimeoutMs,
}, () => {
  fc.assert(
    fc.property(value, (any) => {
      const text = canonicalJson(any);
      expect(text).toBe(canonicalize(any));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(reversed(any))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(any)));
    }),
    { numRuns: randomRuns(2_000) },
  );
});

it.each<[unknown, string]>([
  [{ b: 1, a: { d: [{ f: 2, e: 3 }], c: null } }, '{"a":{"c":null,"d":[{"e":3,"f":2}]},"b":1}'],
  [{ b: 1, 10: 2, 9: 3 }, '{"10":2,"9":3,"b":1}'],
  [JSON.parse('{"z":1,"__proto__":{"b":2,"a":3}}'), '{"__proto__":{"a":3,"b":2},"z":1}'],
  [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
  [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
])('%j', (any, text) => {
  expect(canonicalJson(any)).toBe(text);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, [Number.NaN], undefined])('%j has none', (any) => {
  expect(() => canonicalJson(any)).toThrow();
});

function reversed(any: unknown): unknown {
  if (Array.isArray(any)) return any.map(reversed);
  if (typeof any !== 'object' || any === null) return any;
  return Object.fromEntries(
    Object.entries(any)
      .map(([key, member]) => [key, reversed(member)] as const)
      .toReversed(),
  );
}
