import { currencyExponent } from './currency.js';
import { formatDecimal } from './money.js';

/** Minor units as a person writes them: `1,299.00 USD`. A payment can come in a currency that the portal does not trade in. */
export function money(amount: number, currency: string): string {
  const traded = currencyExponent(currency) !== null;
  return traded ? `${decimal(amount, currency)} ${currency}` : `${grouped(String(amount))} minor units of ${currency}`;
}

/** `1,299.00` */
export function decimal(amount: number, currency: string): string {
  const [whole = '', fraction] = formatDecimal(amount, currency).split('.');
  return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `2026-03-01 09:30:00 UTC` */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

export function percent(basisPoints: number): string {
  return `${basisPoints / 100} %`;
}

/** `1 line`, `2 lines` */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
