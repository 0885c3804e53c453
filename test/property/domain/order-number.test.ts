import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOrderNumber, orderNumberSeedBytes, parseOrderNumber } from '../../../src/domain/order/order-number.js';

const orderNumber = fc
  .uint8Array({ minLength: orderNumberSeedBytes, maxLength: orderNumberSeedBytes })
  .map(formatOrderNumber);
const symbol = fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ');
/** Where the symbols of a number stand, past the prefix and the dashes. */
const position = fc.constantFrom(3, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15, 16);

describe('order numbers', () => {
  it('are read back as written', () => {
    fc.assert(
      fc.property(orderNumber, (number) => {
        expect(parseOrderNumber(number)).toBe(number);
      }),
    );
  });

  it('with one wrong symbol are always noticed', () => {
    fc.assert(
      fc.property(orderNumber, position, symbol, (number, at, wrong) => {
        fc.pre(number[at] !== wrong);
        expect(parseOrderNumber(number.slice(0, at) + wrong + number.slice(at + 1))).toBeNull();
      }),
    );
  });

  it('with two symbols swapped are always noticed', () => {
    fc.assert(
      fc.property(orderNumber, position, position, (number, one, other) => {
        fc.pre(number[one] !== number[other]);
        const symbols = [...number];
        [symbols[one], symbols[other]] = [number[other] ?? '', number[one] ?? ''];
        expect(parseOrderNumber(symbols.join(''))).toBeNull();
      }),
    );
  });
});
