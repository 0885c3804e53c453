import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, InvalidCursor } from '../../../src/projections/queries/cursor.js';

describe('a cursor', () => {
  const shape = [/^\d+$/, /^[\s\S]+$/];

  it('gives back its keyset', () => {
    expect(decodeCursor('orders', encodeCursor('orders', ['42', 'é-1']), shape)).toEqual(['42', 'é-1']);
  });

  it('is valid only for the query that gave it out', () => {
    expect(() => decodeCursor('orders', encodeCursor('products:name', ['42', 'x']), shape)).toThrow(InvalidCursor);
  });

  it.each([
    ['a wrong part', encodeCursor('orders', ["1'; drop", 'x'])],
    ['a missing part', encodeCursor('orders', ['1'])],
    ['a NUL', encodeCursor('orders', ['1', 'a\0b'])],
    ['padding', `${encodeCursor('orders', ['1', 'x'])}==`],
    ['nothing', ''],
    ['a long text', 'a'.repeat(3_000)],
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
