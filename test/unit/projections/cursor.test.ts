import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cursorKind,
  cutPage,
  decodeCursor,
  encodeCursor,
  InvalidCursor,
  maxCursorLength,
} from '../../../src/projections/queries/cursor.js';

const packed = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');

it('a page is followed by another one when there are more rows', () => {
  const page = (...rows: number[]) => cutPage('orders', rows, 2, (last) => [last]);
  expect(page(1, 2, 3)).toEqual({ shown: [1, 2], nextCursor: encodeCursor('orders', [2]) });
  expect(page(1, 2)).toEqual({ shown: [1, 2], nextCursor: null });
  expect(page()).toEqual({ shown: [], nextCursor: null });
});

describe('a cursor', () => {
  const shape = [/^\d+$/, /^[\s\S]+$/];

  it('gives back its keyset', () => {
    expect(decodeCursor('orders', encodeCursor('orders', ['42', 'é-1']), shape)).toEqual(['42', 'é-1']);
  });

  it('is valid only for the query that gave it out', () => {
    expect(() => decodeCursor('orders', encodeCursor('products:name', ['42', 'x']), shape)).toThrow(InvalidCursor);
  });

  it('is valid only under the filter it was made for', () => {
    const cursor = encodeCursor(cursorKind('orders', { status: 'paid', q: undefined }), ['42', 'x']);
    expect(decodeCursor(cursorKind('orders', { q: undefined, status: 'paid' }), cursor, shape)).toEqual(['42', 'x']);
    for (const other of [{}, { status: 'cancelled' }, { q: 'paid' }, { status: 'paid', q: 'x' }]) {
      expect(() => decodeCursor(cursorKind('orders', other), cursor, shape)).toThrow(InvalidCursor);
    }
  });

  it('holds the longest name that a catalogue has', () => {
    const name = '漢'.repeat(1_000);
    const cursor = encodeCursor('products:name', ['1', name]);
    expect(decodeCursor('products:name', cursor, shape)).toEqual(['1', name]);
  });

  it.each([
    ['a wrong part', encodeCursor('orders', ["1'; drop", 'x'])],
    ['a missing part', encodeCursor('orders', ['1'])],
    ['a part too many', encodeCursor('orders', ['1', 'x', 'y'])],
    ['a part that is none', packed(['orders', '1', null])],
    ['no parts', packed(null)],
    ['a NUL', encodeCursor('orders', ['1', 'a\0b'])],
    ['a letter more', `${encodeCursor('orders', ['1', 'x'])}A`],
    ['padding', `${encodeCursor('orders', ['1', 'x'])}==`],
    ['nothing', ''],
    ['a long text', 'a'.repeat(maxCursorLength + 1)],
  ])('is refused with %s', (_, cursor) => {
    expect(() => decodeCursor('orders', cursor, shape)).toThrow(InvalidCursor);
  });

  it('is refused, never anything worse, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          decodeCursor('orders', text, shape);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCursor);
        }
      }),
    );
  });
});
