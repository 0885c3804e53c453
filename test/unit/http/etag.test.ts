import { expect, it } from 'vitest';
import { heldTag, meantRevisions } from '../../../src/http/orders/etag.js';

it.each([
  ['"12"', [12n]],
  ['"3", "12-gzip","14-br"', [3n, 12n, 14n]],
  ['W/"12"', []],
  ['"12"x', []],
  ['"012", "0"', [0n]],
  ['"12-gzip"x', []],
  ['"12", *', undefined],
  [undefined, undefined],
])('a change under If-Match: %s is meant at revisions %s', (header, revisions) => {
  expect(meantRevisions(header)).toEqual(revisions);
});

it.each([
  ['"12"', '"12"'],
  ['"3", W/"12-gzip"', '"12-gzip"'],
  ['*', '"12"'],
  ['"1"', null],
  ['xW/"12"', null],
  [undefined, null],
])('with If-None-Match: %s the caller has %s of revision 12', (header, held) => {
  expect(heldTag(header, '"12"')).toBe(held);
});
