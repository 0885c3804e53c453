import { describe, expect, it } from 'vitest';
import { allocatePayouts, reversePayouts } from '../../../../src/domain/order/payouts.js';
import { line, rule } from '../../../support/orders.js';

describe('payouts', () => {
  it('split 70 to 30 and give the platform the odd cent only when rounding says so', () => {
    const shares = (cents: number) => {
      const { brandTotal, platformTotal } = allocatePayouts([line('A', 'a', 1, cents)], rule);
      return [brandTotal, platformTotal];
    };
    expect(shares(100)).toEqual([70, 30]);
    expect(shares(9_999)).toEqual([6_999, 3_000]);
    expect(shares(5)).toEqual([4, 1]);
    expect(shares(1)).toEqual([1, 0]);
    expect(shares(0)).toEqual([0, 0]);
  });

  it('round once for the order, not once for each brand', () => {
    const oneCentEach = ['a', 'b', 'c'].map((brand) => line(brand, brand, 1, 1));
    const { entries, brandTotal, platformTotal } = allocatePayouts(oneCentEach, rule);
    expect(entries.map(({ brandShare }) => brandShare)).toEqual([1, 1, 0]);
    expect([brandTotal, platformTotal]).toEqual([2, 1]);
  });

  it('sum a brand over all its lines', () => {
    const { entries } = allocatePayouts([line('A', 'a', 2, 100), line('B', 'b', 1, 50), line('C', 'a', 1, 25)], rule);
    expect(entries.map(({ brandId, gross }) => [brandId, gross])).toEqual([
      ['a', 225],
      ['b', 50],
    ]);
  });

  it('can leave a brand everything or nothing', () => {
    const lines = [line('A', 'a', 1, 999), line('B', 'b', 1, 999)];
    const { entries } = allocatePayouts(lines, rule, { a: 10_000, b: 0 });
    expect(entries.map(({ brandShare, platformShare }) => [brandShare, platformShare])).toEqual([
      [999, 0],
      [0, 999],
    ]);
  });

  it('are not confused by a brand that is named like a part of every object', () => {
    const { entries } = allocatePayouts([line('A', 'constructor', 1, 100)], rule);
    expect(entries[0]?.brandShareBps).toBe(7_000);
  });

  it('are taken back by the difference between two refunded totals', () => {
    const payouts = allocatePayouts([line('A', 'a', 1, 999)], rule);
    expect(reversePayouts(payouts, 0, 500)).toMatchObject({ brandTotal: -350, platformTotal: -150 });
    expect(reversePayouts(payouts, 500, 999)).toMatchObject({ brandTotal: -349, platformTotal: -150 });
    expect(reversePayouts(payouts, 999, 0)).toMatchObject({ brandTotal: 699, platformTotal: 300 });
  });
});
