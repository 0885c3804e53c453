/** Digits after the decimal point by currency (ISO 4217). */
const exponents: Readonly<Record<string, number>> = {
  AUD: 2,
  CAD: 2,
  CHF: 2,
  EUR: 2,
  GBP: 2,
  JPY: 0,
  KRW: 0,
  MXN: 2,
  USD: 2,
};

/** What the portal trades in. */
export const currencies: readonly string[] = Object.keys(exponents);

/** @returns how many digits the currency's minor unit has, or null for a currency the portal does not trade in. */
export function currencyExponent(currency: string): number | null {
  return Object.hasOwn(exponents, currency) ? (exponents[currency] ?? null) : null;
}
