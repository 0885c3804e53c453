import { describe, expect, it } from 'vitest';
import { counted, decimal, moment, money, percent } from '../../../../src/domain/shared/words.js';

describe('what people read', () => {
  it.each([
    [0, 'USD', '0.00 USD'],
    [99_999, 'USD', '999.99 USD'],
    [100_000, 'USD', '1,000.00 USD'],
    [123_456_789_01, 'USD', '123,456,789.01 USD'],
    [-123_456, 'EUR', '-1,234.56 EUR'],
    [1_234_567, 'JPY', '1,234,567 JPY'],
  ])('an amount of %d in %s is %s', (amount, currency, text) => {
    expect(money(amount, currency)).toBe(text);
    expect(`${decimal(amount, currency)} ${currency}`).toBe(text);
  });

  it('an amount of a currency that the portal does not trade in is left as it is', () => {
    expect(money(1_299_00, 'SEK')).toBe('129,900 minor units of SEK');
  });

  it('times are in UTC to the second, shares in per cent, and one thing has no s', () => {
    expect(moment('2026-03-01T09:30:15.123Z')).toBe('2026-03-01 09:30:15 UTC');
    expect([0, 50, 7_000, 10_000].map(percent)).toEqual(['0 %', '0.5 %', '70 %', '100 %']);
    expect([0, 1, 2].map((number) => counted(number, 'line'))).toEqual(['0 lines', '1 line', '2 lines']);
  });
});
