import { describe, expect, it } from 'vitest';
import {
  formatOrderNumber,
  orderNumberSeedBytes,
  parseOrderNumber,
} from '../../../../src/domain/order/order-number.js';

const number = formatOrderNumber(Uint8Array.of(1, 35, 69, 103, 137, 171, 205));

describe('an order number', () => {
  it('is three groups of four symbols that cannot be mistaken for others', () => {
    expect(number).toMatch(/^VL(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(number).toBe('VL-DYAK-RKN8-390Q');
  });

  it('depends on every byte of its seed, and on nothing else', () => {
    const seed = new Uint8Array(orderNumberSeedBytes);
    const seen = new Set([formatOrderNumber(seed)]);
    for (let byte = 0; byte < seed.length; byte += 1) {
      const other = Uint8Array.from(seed);
      other[byte] = 1;
      seen.add(formatOrderNumber(other));
    }
    expect(seen.size).toBe(orderNumberSeedBytes + 1);
    expect(formatOrderNumber(Uint8Array.of(1, 35, 69, 103, 137, 171, 205, 255))).toBe(number);
  });

  it('needs a whole seed', () => {
    expect(() => formatOrderNumber(new Uint8Array(orderNumberSeedBytes - 1))).toThrow(RangeError);
  });

  it('is understood as people type it', () => {
    expect(parseOrderNumber(number)).toBe(number);
    expect(parseOrderNumber(number.toLowerCase())).toBe(number);
    expect(parseOrderNumber(` ${number.replaceAll('-', ' ')} `)).toBe(number);
    expect(parseOrderNumber(number.slice(3))).toBe(number);
    const withOnes = formatOrderNumber(new Uint8Array(7).fill(33));
    const zeroes = formatOrderNumber(new Uint8Array(7));
    expect(withOnes).toContain('1');
    expect(parseOrderNumber(withOnes.replaceAll('1', 'I'))).toBe(withOnes);
    expect(parseOrderNumber(withOnes.replaceAll('1', 'l'))).toBe(withOnes);
    expect(parseOrderNumber(zeroes.replaceAll('0', 'o'))).toBe(zeroes);
  });

  it('may begin as its prefix does', () => {
    const typed = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'].map((check) => `VL000000000${check}`);
    expect(typed.flatMap((text) => parseOrderNumber(text) ?? [])).toEqual([
      expect.stringMatching(/^VL-V100-0000-000[^0]$/),
    ]);
  });

  it.each([
    '',
    'VL',
    'VL-7K3M-9QXT',
    `${number}0`,
    `${number}${number.slice(2)}`,
    // Nothing but zeroes checks itself, however many there are.
    'VL-0000-0000',
    'VL-0000-0000-0000-0000',
    '0000-0000',
    `0${number.slice(3)}`,
    number.replace(/.$/, 'U'),
    'VL-!!!!-!!!!-!!!!',
  ])('is none of %j', (text) => {
    expect(parseOrderNumber(text)).toBeNull();
  });
});
