import { describe, expect, it } from 'vitest';
import { allocate, apportion } from '../../../../src/domain/shared/allocation.js';
import { currencyExponent } from '../../../../src/domain/shared/currency.js';
import { formatDecimal, parseDecimal, sumMinorUnits, toDecimalNumber } from '../../../../src/domain/shared/money.js';

describe('parsing an amount', () => {
  it.each([
    ['12.3', 1_230],
    ['12.30', 1_230],
    ['12.3000', 1_230],
    ['12', 1_200],
    ['0', 0],
    ['0.01', 1],
    ['007.50', 750],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
    [12.3, 1_230],
    [0.07, 7],
    [1.15, 115],
    [4.35, 435],
    [-0, 0],
    // What arithmetic in floating point leaves behind.
    [0.1 + 0.2, 30],
    [12.990000000000002, 1_299],
    [8.999999999999998, 900],
    [0.9999999999999999, 100],
    [4.999999999999999, 500],
    [1234567.8900000001, 123_456_789],
  ])('%j is %j minor units', (value, amount) => {
    expect(parseDecimal(value, 'USD')).toEqual({ ok: true, amount });
  });

  it.each([
    ['12.345', 'too-precise'],
    [12.345, 'too-precise'],
    [0.305, 'too-precise'],
    [0.300000001, 'too-precise'],
    [0.299999999, 'too-precise'],
    [0.3000000010000001, 'too-precise'],
    [0.30500000000000005, 'too-precise'],
    [0.12345678912, 'too-precise'],
    [0.1298765432101, 'too-precise'],
    ['0.30000000000000004', 'too-precise'],
    ['8.999999999999998', 'too-precise'],
    ['90071992547409.92', 'too-large'],
    ['9'.repeat(40), 'too-large'],
    ['9'.repeat(41), 'not-a-decimal'],
    [1e21, 'not-a-decimal'],
    [1e-7, 'not-a-decimal'],
    [Number.NaN, 'not-a-decimal'],
    [Number.POSITIVE_INFINITY, 'not-a-decimal'],
    [-1, 'not-a-decimal'],
    ['', 'not-a-decimal'],
    [' 1', 'not-a-decimal'],
    ['1 ', 'not-a-decimal'],
    ['1\n', 'not-a-decimal'],
    ['-1', 'not-a-decimal'],
    ['+1', 'not-a-decimal'],
    ['1e3', 'not-a-decimal'],
    ['.5', 'not-a-decimal'],
    ['5.', 'not-a-decimal'],
    ['1,000', 'not-a-decimal'],
    ['0x10', 'not-a-decimal'],
    ['$5', 'not-a-decimal'],
    ['١٢', 'not-a-decimal'],
    [null, 'not-a-decimal'],
    [undefined, 'not-a-decimal'],
    [{}, 'not-a-decimal'],
    [['5'], 'not-a-decimal'],
  ])('%j is refused as %s', (value, code) => {
    expect(parseDecimal(value, 'USD')).toMatchObject({ ok: false, code });
  });

  it('knows the minor units of the currency', () => {
    expect(parseDecimal('1200', 'JPY')).toEqual({ ok: true, amount: 1_200 });
    expect(parseDecimal('1200.0', 'JPY')).toEqual({ ok: true, amount: 1_200 });
    expect(parseDecimal(1199.9999999999998, 'JPY')).toEqual({ ok: true, amount: 1_200 });
    expect(parseDecimal('1200.5', 'JPY')).toMatchObject({ ok: false, code: 'too-precise' });
    expect(parseDecimal('1', 'XXX')).toMatchObject({ ok: false, code: 'unknown-currency' });
    expect(parseDecimal('1', 'toString')).toMatchObject({ ok: false, code: 'unknown-currency' });
    expect(['USD', 'EUR', 'GBP', 'JPY'].map(currencyExponent)).toEqual([2, 2, 2, 0]);
  });
});

describe('writing an amount', () => {
  it.each([
    [1_230, 'USD', '12.30', 12.3],
    [7, 'EUR', '0.07', 0.07],
    [0, 'USD', '0.00', 0],
    [-1_230, 'USD', '-12.30', -12.3],
    [1_230, 'JPY', '1230', 1_230],
    [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91', 90071992547409.91],
  ] as const)('%d %s is %s', (amount, currency, text, number) => {
    expect(formatDecimal(amount, currency)).toBe(text);
    expect(toDecimalNumber(amount, currency)).toBe(number);
  });

  it('asserts that it is an amount in a known currency', () => {
    expect(() => formatDecimal(0.5, 'USD')).toThrow(RangeError);
    expect(() => formatDecimal(2 ** 53, 'USD')).toThrow(RangeError);
    expect(() => formatDecimal(1, 'XXX')).toThrow(RangeError);
  });
});

describe('adding amounts', () => {
  it('stays within exact arithmetic', () => {
    expect(sumMinorUnits([])).toBe(0);
    expect(sumMinorUnits([1, 2, -3])).toBe(0);
    expect(() => sumMinorUnits([0.1])).toThrow(RangeError);
    expect(() => sumMinorUnits([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
  });
});

describe('allocating an amount', () => {
  it('gives left-over units to the largest remainders, then to the earlier part', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(5, [3, 7])).toEqual([2, 3]);
    expect(allocate(10, [1, 2, 4])).toEqual([1, 3, 6]);
    expect(allocate(1, [0, 1])).toEqual([0, 1]);
    expect(allocate(7, Array(12).fill(1))).toEqual([...Array(7).fill(1), ...Array(5).fill(0)]);
    expect(allocate(0, [1, 2])).toEqual([0, 0]);
    expect(allocate(0, [])).toEqual([]);
    expect(allocate(0, [0, 0])).toEqual([0, 0]);
  });

  it('stays exact where floating point would not', () => {
    const huge = Number.MAX_SAFE_INTEGER;
    expect(allocate(huge, [huge - 1, 1])).toEqual([huge - 1, 1]);
  });

  it('asserts its arguments', () => {
    expect(() => allocate(1, [])).toThrow(RangeError);
    expect(() => allocate(1, [0])).toThrow(RangeError);
    expect(() => allocate(-1, [1])).toThrow(RangeError);
    expect(() => allocate(1, [-1, 2])).toThrow(RangeError);
    expect(() => allocate(0.5, [1])).toThrow(RangeError);
    expect(() => apportion(2, [10n], 10n)).toThrow(RangeError);
    expect(() => apportion(0, [10n], 10n)).toThrow(RangeError);
  });
});
