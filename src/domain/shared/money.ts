import { currencyExponent } from './currency.js';

/**
 * Money is an integer count of minor units (cents). Decimal text and numbers exist only at the wire; the functions here
 * cross that border digit by digit, so no amount is ever rounded by floating point.
 */

type MoneyFailureCode = 'unknown-currency' | 'not-a-decimal' | 'too-precise' | 'too-large';

export type ParsedMoney =
  | { readonly ok: true; readonly amount: number }
  | { readonly ok: false; readonly code: MoneyFailureCode; readonly detail: string };

/** Sixteen digits hold every safe integer; the rest allows for leading and trailing zeros. */
const maxDecimalLength = 40;
/** What a sender's own arithmetic leaves on a number shows only beyond these digits: less than 1e-9 of a major unit. */
const exactDecimals = 9;

/**
 * Parses an amount in major units, such as `'12.3'` or `12.3`, to minor units, such as `1230`.
 *
 * Text is plain digits with an optional fraction: no sign, spaces, exponent or bare point. A number is read through its
 * shortest decimal text. Digits beyond the currency's minor unit are accepted only when they are zeros, and in a number
 * also when they are floating-point noise: `0.30000000000000004` is `30`, `0.305` is refused.
 */
export function parseDecimal(value: unknown, currency: string): ParsedMoney {
  const exponent = currencyExponent(currency);
  if (exponent === null) return failure('unknown-currency', `the currency ${currency} is not supported`);
  if (typeof value !== 'string' && typeof value !== 'number') {
    return failure('not-a-decimal', 'an amount is a decimal string or a number');
  }
  const text = String(value);
  const match = text.length <= maxDecimalLength ? /^(\d+)(?:\.(\d+))?$/.exec(text) : null;
  if (!match)
    return failure('not-a-decimal', 'an amount is digits with an optional fraction, without sign or exponent');
  const [, whole = '', fraction = ''] = match;
  let carry: 0 | 1 | null = 0;
  if (/[1-9]/.test(fraction.slice(exponent))) {
    carry = typeof value === 'number' ? carryOfNoise(fraction, exponent) : null;
    if (carry === null) return failure('too-precise', `an amount in ${currency} has at most ${exponent} decimals`);
  }
  // Digits read as one integer: exact as far as integers are safe, and never safe beyond.
  const amount = Number(whole + fraction.slice(0, exponent).padEnd(exponent, '0')) + carry;
  return Number.isSafeInteger(amount) ? { ok: true, amount } : failure('too-large', 'the amount is out of range');
}

/** What noise just above (0) or just below (1) a whole minor unit adds to the digits before it; null when it is none. */
function carryOfNoise(fraction: string, exponent: number): 0 | 1 | null {
  if (fraction.length <= exactDecimals) return null;
  const exact = fraction.slice(exponent, exactDecimals);
  if (/^0+$/.test(exact)) return 0;
  return /^9+$/.test(exact) ? 1 : null;
}

/** Minor units as decimal text in major units with all digits of the currency: `1230` USD is `'12.30'`. */
export function formatDecimal(amount: number, currency: string): string {
  assertMinorUnits(amount);
  const exponent = currencyExponent(currency);
  if (exponent === null) throw new RangeError(`unknown currency ${currency}`);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const sign = amount < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Minor units as the JSON number in major units that prints shortest: `1230` USD is `12.3`. For the wire only. */
export function toDecimalNumber(amount: number, currency: string): number {
  return Number(formatDecimal(amount, currency));
}

/**
 * The sum of amounts in minor units.
 * @throws RangeError when a term or the sum is not a safe integer
 */
export function sumMinorUnits(amounts: Iterable<number>): number {
  let sum = 0;
  for (const amount of amounts) {
    sum += assertMinorUnits(amount);
    assertMinorUnits(sum);
  }
  return sum;
}

/** @throws RangeError when the amount is not a safe integer: beyond that, arithmetic would silently lose cents. */
export function assertMinorUnits(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not an amount in minor units: ${amount}`);
  return amount;
}

function failure(code: MoneyFailureCode, detail: string): ParsedMoney {
  return { ok: false, code, detail };
}
