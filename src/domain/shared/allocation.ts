import { assertMinorUnits } from './money.js';

/**
 * Splits an amount in proportion to weights so that the parts sum to it exactly (largest-remainder method, also known
 * as Hamilton's). Left-over units go to the largest remainders, at equal remainders to the earlier part.
 *
 * @param amount minor units, not negative
 * @param weights integers, not negative; at least one positive unless the amount is 0
 * @throws RangeError when an argument is out of range
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  if (assertMinorUnits(amount) < 0) throw new RangeError('cannot allocate a negative amount');
  if (weights.some((weight) => assertMinorUnits(weight) < 0)) throw new RangeError('a weight is not negative');
  const totalWeight = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (totalWeight === 0n) {
    if (amount > 0) throw new RangeError('cannot allocate an amount without weights');
    return weights.map(() => 0);
  }
  const quotas = weights.map((weight) => BigInt(amount) * BigInt(weight));
  return apportion(amount, quotas, totalWeight);
}

/**
 * Rounds the quotas `numerators[i] / denominator` to integers that sum to `total`: each is rounded down, then the
 * largest remainders are rounded up. Works in big integers because products of amounts exceed 2^53.
 *
 * @throws RangeError when no rounding of the quotas sums to `total`
 */
export function apportion(total: number, numerators: readonly bigint[], denominator: bigint): number[] {
  const parts = numerators.map((numerator) => Number(numerator / denominator));
  const byRemainder = numerators
    .map((numerator, index) => ({ index, remainder: numerator % denominator }))
    .filter(({ remainder }) => remainder > 0n)
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const leftOver = total - parts.reduce((sum, part) => sum + part, 0);
  if (leftOver < 0 || leftOver > byRemainder.length) throw new RangeError('the quotas do not round to the total');
  for (const { index } of byRemainder.slice(0, leftOver)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
