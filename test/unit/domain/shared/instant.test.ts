import { expect, it } from 'vitest';
import { instantOf } from '../../../../src/domain/shared/instant.js';

it('takes a date as its first moment in UTC, and a time by its zone', () => {
  expect(instantOf('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
  expect(instantOf('2026-03-01T09:30Z')).toBe('2026-03-01T09:30:00.000Z');
  expect(instantOf('2026-03-01T00:30:00.1+02:00')).toBe('2026-02-28T22:30:00.100Z');
});

it.each([
  ['no such day', '2026-02-30'],
  ['no such hour', '2026-03-01T25:00Z'],
  ['a time of no zone, which would be that of the machine', '2026-03-01T09:30:00'],
  ['a year that no column holds', '0001-01-01T00:00:00+02:00'],
  ['what Date alone would make something of', '0'],
  ['words', 'yesterday'],
  ['nothing', ''],
])('does not take %s', (_, text) => {
  expect(instantOf(text)).toBeNull();
});
