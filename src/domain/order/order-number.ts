/**
 * Order numbers that people read out and type, such as `VL-7K3M-9QXT-2WCD`: eleven random symbols and a check symbol in
 * Crockford's base 32, which leaves out I, L, O and U. 55 bits keep two of a million orders from ever meeting (odds
 * below 1 in 70,000), which matters because the warehouse recognises an order by this number.
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const prefix = 'VL';
const groupLength = 4;
const randomSymbols = 11;
/** 55 bits, rounded up to whole bytes. */
export const orderNumberSeedBytes = 7;

/**
 * The order number of a random seed.
 * @param seed at least {@link orderNumberSeedBytes} random bytes
 * @throws RangeError when the seed is too short
 */
export function formatOrderNumber(seed: Uint8Array): string {
  if (seed.length < orderNumberSeedBytes) throw new RangeError(`a seed has ${orderNumberSeedBytes} bytes`);
  let bits = 0n;
  for (const byte of seed.subarray(0, orderNumberSeedBytes)) bits = (bits << 8n) | BigInt(byte);
  const values = Array.from({ length: randomSymbols }, (_, index) => Number((bits >> BigInt(5 * index)) & 31n));
  return layOut([...values, checkValue(values)]);
}

/**
 * Reads an order number as typed: any case, with or without dashes, spaces and prefix, O for 0, I or L for 1.
 * @returns its canonical form, or null when it is none or mistyped: the check symbol finds every wrong symbol and every
 * swap of two symbols.
 */
export function parseOrderNumber(text: string): string | null {
  const symbols = text.toUpperCase().replace(/[\s-]/g, '');
  const body =
    symbols.startsWith(prefix) && symbols.length === prefix.length + randomSymbols + 1
      ? symbols.slice(prefix.length)
      : symbols;
  if (body.length !== randomSymbols + 1) return null;
  const values = [...body.replace(/O/g, '0').replace(/[IL]/g, '1')].map((symbol) => alphabet.indexOf(symbol));
  if (values.includes(-1)) return null;
  return checkValue(values.slice(0, -1)) === values.at(-1) ? layOut(values) : null;
}

/**
 * The value that makes the number, read as a polynomial over GF(32), vanish at a primitive element: errors in one symbol
 * and swaps of two always leave a remainder.
 */
function checkValue(values: readonly number[]): number {
  return values.reduce((sum, value) => timesPrimitive(sum ^ value), 0);
}

/** Multiplication by x modulo x^5 + x^2 + 1. */
function timesPrimitive(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}

function layOut(values: readonly number[]): string {
  const symbols = values.map((value) => alphabet.charAt(value)).join('');
  const groups = Array.from({ length: symbols.length / groupLength }, (_, index) =>
    symbols.slice(index * groupLength, (index + 1) * groupLength),
  );
  return [prefix, ...groups].join('-');
}
