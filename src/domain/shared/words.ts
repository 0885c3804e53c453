import { formatDecimal } from './money.js';

/** Minor units as a person writes them: `1,299.00 USD`. */
export function money(amount: number, currency: string): string {
  return `${decimal(amount, currency)} ${currency}`;
}

/** `1,299.00` */
export function decimal(amount: number, currency: string): string {
  const [whole = '', fraction] = formatDecimal(amount, currency).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
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
