import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../../src/commands/json-depth.js';
import { instant } from '../../../src/http/instant.js';
import { heldTag, revisionTag } from '../../../src/http/orders/etag.js';
import { correlationIdOf } from '../../../src/http/plugins/correlation.js';
import { isLoopback } from '../../../src/http/plugins/loopback-hosts.js';

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
    expect(heldTag(held, revisionTag(7))).toBe('"7"');
  });

  it('of revision 7 is held in the coding it was sent in', () => {
    expect(heldTag('"3", "7-br"', revisionTag(7))).toBe('"7-br"');
    expect(heldTag('W/"7-gzip"', revisionTag(7))).toBe('"7-gzip"');
  });

  it.each([undefined, '"8"', '7', '"77"', '', '"8-gzip"', '"7-zip"'])(
    'of revision 7 is not held by a caller with %s',
    (held) => {
      expect(heldTag(held, revisionTag(7))).toBeNull();
    },
  );
});

describe('the depth of JSON', () => {
  it.each([
    ['{"a":[{"b":1}]}', 3],
    ['[]', 1],
    ['"[[[["', 0],
    ['{"a\\"[[[":"\\\\"}', 1],
    ['[[],[],[[]]]', 3],
    ['['.repeat(100_000), 100_000],
  ])('of %j is known before it is parsed', (json, depth) => {
    expect(isDeeperThan(depth, json)).toBe(false);
    if (depth > 0) expect(isDeeperThan(depth - 1, json)).toBe(true);
  });
});

describe('a host', () => {
  it.each(['localhost', 'LOCALHOST:3001', 'portal.localhost:80', '127.0.0.1', '127.1.2.3:3001', '[::1]:3001'])(
    'of this machine: %s',
    (host) => expect(isLoopback(host)).toBe(true),
  );

  it.each(['', 'example.com', 'localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '[::2]', 'evil@localhost'])(
    'of elsewhere: %s',
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe('a moment in a query', () => {
  it.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-03-01T09:30Z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01T01:30:00.5+02:00', '2026-02-28T23:30:00.500Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z'],
  ])('%s is %s', (text, moment) => {
    expect(instant('from', text)).toBe(moment);
  });

  it.each([
    '2026-02-30',
    '2026-13-01',
    '2026-02-29T10:00:00Z',
    '2026-03-01T25:00:00Z',
    '0000-12-31',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-14:00',
  ])('%s is refused', (text) => {
    expect(() => instant('from', text)).toThrowError(
      expect.objectContaining({ code: 'validation-failed', errors: [expect.objectContaining({ field: 'from' })] }),
    );
  });
});
