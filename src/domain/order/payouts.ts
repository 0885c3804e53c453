import { allocate, apportion } from '../shared/allocation.js';
import { wholeInBasisPoints } from '../shared/event-schema.js';
import type { BrandId } from '../shared/ids.js';
import { sumMinorUnits } from '../shared/money.js';
import type { LineItem, PayoutEntry, PayoutRule } from './values.js';

/** What the brands and the platform get of a paid order. `brandTotal + platformTotal` = amount paid. */
export interface Payouts {
  readonly rule: PayoutRule;
  readonly entries: readonly PayoutEntry[];
  readonly brandTotal: number;
  readonly platformTotal: number;
}

/** One brand's signed change of its payout; `gross = brandShare + platformShare`. */
export interface PayoutChange {
  readonly brandId: BrandId;
  readonly brand: string;
  readonly gross: number;
  readonly brandShare: number;
  readonly platformShare: number;
}

export interface PayoutReversal {
  readonly entries: readonly PayoutChange[];
  readonly brandTotal: number;
  readonly platformTotal: number;
}

/**
 * Splits an order's line totals between its brands and the platform.
 *
 * A brand's gross is the sum of its line totals. The brands together get the exact shares rounded once, half up; that
 * sum is spread over them by largest remainders, and the platform keeps the rest of each gross. So nobody gains or
 * loses more than one unit by rounding, however many brands an order has, and every entry adds up.
 *
 * @param overrides share in basis points by brand id, for brands that deviate from the rule
 */
export function allocatePayouts(
  lineItems: readonly LineItem[],
  rule: PayoutRule,
  overrides: Readonly<Record<string, number>> = {},
): Payouts {
  const brands = grossByBrand(lineItems).map((brand) => ({
    ...brand,
    brandShareBps: Object.hasOwn(overrides, brand.brandId)
      ? (overrides[brand.brandId] ?? rule.brandShareBps)
      : rule.brandShareBps,
  }));
  const quotas = brands.map(({ gross, brandShareBps }) => BigInt(gross) * BigInt(brandShareBps));
  const brandTotal = roundHalfUp(quotas.reduce((sum, quota) => sum + quota, 0n));
  const shares = apportion(brandTotal, quotas, BigInt(wholeInBasisPoints));
  const entries = brands.map(({ brandId, brand, gross, brandShareBps }, index) => {
    const brandShare = shares[index] ?? 0;
    return { brandId, brand, gross, brandShareBps, brandShare, platformShare: gross - brandShare };
  });
  return { rule, entries, brandTotal, platformTotal: sumMinorUnits(entries.map((entry) => entry.platformShare)) };
}

/**
 * The change of the payouts when the amount refunded in total goes from one value to another: negative entries when it
 * grows, positive when it shrinks because a refund failed after all.
 *
 * Both ends are computed from the allocation, never from earlier reversals. So the sum of all reversals depends only on
 * the last total, and refunding everything takes back exactly what was allocated.
 */
export function reversePayouts(payouts: Payouts, fromRefunded: number, toRefunded: number): PayoutReversal {
  const before = returnedShares(payouts, fromRefunded);
  const after = returnedShares(payouts, toRefunded);
  const entries = payouts.entries.map(({ brandId, brand }, index) => {
    const brandShare = (before.brand[index] ?? 0) - (after.brand[index] ?? 0);
    const platformShare = (before.platform[index] ?? 0) - (after.platform[index] ?? 0);
    return { brandId, brand, gross: brandShare + platformShare, brandShare, platformShare };
  });
  return {
    entries,
    brandTotal: sumMinorUnits(entries.map((entry) => entry.brandShare)),
    platformTotal: sumMinorUnits(entries.map((entry) => entry.platformShare)),
  };
}

/** Payout entries after a reversal. */
export function applyReversal(net: readonly PayoutChange[], entries: readonly PayoutChange[]): PayoutChange[] {
  return net.map((entry) => {
    const change = entries.find(({ brandId }) => brandId === entry.brandId);
    if (!change) return entry;
    return {
      ...entry,
      gross: entry.gross + change.gross,
      brandShare: entry.brandShare + change.brandShare,
      platformShare: entry.platformShare + change.platformShare,
    };
  });
}

function returnedShares(payouts: Payouts, refunded: number): { brand: number[]; platform: number[] } {
  const weights = [
    ...payouts.entries.map((entry) => entry.brandShare),
    ...payouts.entries.map((entry) => entry.platformShare),
  ];
  const parts = allocate(refunded, weights);
  return { brand: parts.slice(0, payouts.entries.length), platform: parts.slice(payouts.entries.length) };
}

function grossByBrand(lineItems: readonly LineItem[]): { brandId: BrandId; brand: string; gross: number }[] {
  const brands = new Map<BrandId, { brandId: BrandId; brand: string; gross: number }>();
  for (const { brandId, brand, lineTotal } of lineItems) {
    const known = brands.get(brandId) ?? { brandId, brand, gross: 0 };
    brands.set(brandId, { ...known, gross: sumMinorUnits([known.gross, lineTotal]) });
  }
  return [...brands.values()];
}

function roundHalfUp(quotaInBasisPoints: bigint): number {
  const whole = BigInt(wholeInBasisPoints);
  return Number((2n * quotaInBasisPoints + whole) / (2n * whole));
}
