import { describe, expect, it } from 'vitest';
import { instant } from '../../../src/http/instant.js';
import { alreadyHeld, revisionTag } from '../../../src/http/orders/etag.js';
import { correlationIdOf } from '../../../src/http/plugins/correlation.js';

describe('a correlation id', () => {
  it.each(['0f8fad5b-d9cb-469f-a165-70867728950e', 'checkout.42:retry_1', 'a'])('is taken over when sane: %s', (id) => {
    expect(correlationIdOf({ 'x-correlation-id': id })).toBe(id);
  });

  it.each(['', ' a', 'a b', 'a\nb', 'ä', '-a', 'a'.repeat(65), '{"a":1}'])('is not taken over otherwise: %j', (id) => {
    expect(correlationIdOf({ 'x-correlation-id': id })).toBeNull();
  });
});

describe('an entity tag', () => {
  it.each(['"7"', 'W/"7"', '"3", "7"', '*', ' "7" '])('of revision 7 is held by a caller with %s', (held) => {
    expect(alreadyHeld(held, revisionTag(7))).toBe(true);
  });

  it.each([undefined, '"8"', '7', '"77"', ''])('of revision 7 is not held by a caller with %s', (held) => {
    expect(alreadyHeld(held, revisionTag(7))).toBe(false);
  });
});

describe('a moment in a query', () => {
  it.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-03-01T09:30Z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01T01:30:00.5+02:00', '2026-02-28T23:30:00.500Z'],
  ])('%s is %s', (text, moment) => {
    expect(instant('from', text)).toBe(moment);
  });

  it.each(['2026-02-30', '2026-13-01', '2026-02-29T10:00:00Z', '2026-03-01T25:00:00Z'])('%s is refused', (text) => {
    expect(() => instant('from', text)).toThrowError(
      expect.objectContaining({ code: 'validation-failed', errors: [expect.objectContaining({ field: 'from' })] }),
    );
  });
});
