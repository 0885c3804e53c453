import { expect, it } from 'vitest';
import { instantOf } from '../../../../src/domain/shared/instant.js';

it('takes a date as its first moment in UTC, and a time by its zone', () => {
  expect(instantOf('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
  expect(instantOf('2026-03-01T09:30Z')).toBe('2026-03-01T09:30:00.000Z');
  expect(instantOf('2026-03-01T00:30:00.1+02:00')).toBe('2026-02-28T22:30:00.100Z');
});

it.each(['2026-03-01T09:30:00', '2026-03-01 09:30', '2026-03-01T09:30:00.000000', '2026-03-01t09:30:00z'])(
  'takes %s, as programs write it, in UTC',
  (text) => {
    expect(instantOf(text)).toBe('2026-03-01T09:30:00.000Z');
  },
);

it.each(['2026-03-01T09:30:00+0200', '2026-03-01T09:30:00 02:00', '2026-03-01T05:30:00-02:00'])(
  'takes the zone of %s, also where its plus came as a blank',
  (text) => {
    expect(instantOf(text)).toBe('2026-03-01T07:30:00.000Z');
  },
);

it.each([
  ['no such day', '2026-02-30'],
  ['no such hour', '2026-03-01T25:00Z'],
  ['no such zone', '2026-03-01T09:30:00+2'],
  ['a year that no column holds', '0001-01-01T00:00:00+02:00'],
  ['a year before all years', '0000-01-01T00:00:00+02:00'],
  ['what Date alone would make something of', '0'],
  ['words', 'yesterday'],
  ['nothing', ''],
])('does not take %s', (_, text) => {
  expect(instantOf(text)).toBeNull();
});
