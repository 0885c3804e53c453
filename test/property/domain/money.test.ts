import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from '../../../src/domain/shared/allocation.js';
import { formatDecimal, parseDecimal, toDecimalNumber } from '../../../src/domain/shared/money.js';

const amount = fc.maxSafeNat();
const currency = fc.constantFrom('USD', 'EUR', 'JPY');

describe('amounts', () => {
  it('survive the way over decimal text', () => {
    fc.assert(
      fc.property(amount, currency, (minorUnits, code) => {
        expect(parseDecimal(formatDecimal(minorUnits, code), code)).toEqual({ ok: true, amount: minorUnits });
      }),
    );
  });

  it('survive the way over a JSON number, as far as a number can tell cents apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 15 }), currency, (minorUnits, code) => {
        const wire = JSON.parse(JSON.stringify(toDecimalNumber(minorUnits, code)));
        expect(parseDecimal(wire, code)).toEqual({ ok: true, amount: minorUnits });
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read through what sums and products in floating point leave on a number', () => {
    const cents = fc.integer({ min: 0, max: 10 ** 7 });
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 10 }), (terms) => {
        const noisy = terms.reduce((sum, term) => sum + term / 100, 0);
        expect(parseDecimal(noisy, 'USD')).toEqual({ ok: true, amount: terms.reduce((sum, term) => sum + term, 0) });
      }),
      { numRuns: 1_000 },
    );
  });

  it('are never read from a number that is a true fraction of a cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 999 }), (minorUnits, thousandths) => {
        const price = Number(`${formatDecimal(minorUnits, 'USD')}${String(thousandths).padStart(3, '0')}`);
        expect(parseDecimal(price, 'USD')).toMatchObject({ ok: false, code: 'too-precise' });
      }),
    );
  });

  it('are never invented from other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseDecimal(text, 'USD');
        expect(parsed.ok).toBe(/^\d+(\.\d{1,2}0*)?$/.test(text));
      }),
    );
  });
});

describe('allocation', () => {
  const weights = fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 1, maxLength: 20 });

  it('hands out every unit, each part within one of its exact share', () => {
    fc.assert(
      fc.property(amount, weights, (total, shares) => {
        fc.pre(shares.some((share) => share > 0));
        const parts = allocate(total, shares);
        const whole = shares.reduce((sum, share) => sum + BigInt(share), 0n);
        expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total));
        for (const [index, part] of parts.entries()) {
          const quota = BigInt(total) * BigInt(shares[index] ?? 0);
          const distance = BigInt(part) * whole - quota;
          expect(distance < whole && distance > -whole).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives equal weights parts that differ by one unit at most, the larger ones first', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 50 }), (total, count) => {
        const parts = allocate(
          total,
          Array.from({ length: count }, () => 7),
        );
        expect(parts).toEqual([...parts].sort((a, b) => b - a));
        expect((parts[0] ?? 0) - (parts.at(-1) ?? 0)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
