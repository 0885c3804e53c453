/** Drops a byte order mark, which some servers send and JSON does not allow. */
const utf8 = new TextDecoder();

/** An integer that may be too long to be a number here; almost no body has one, and a snapshot has a million numbers. */
const longInteger = /(?<![\d.])\d{16,}(?![\d.eE])/;
/** Text, which may hold anything, or a number with all that belongs to it. */
const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * What a body says, or undefined when it is not JSON. An integer beyond 2^53 comes as text: as a number it would lose
 * its last digits, and become another id or tracking number.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = utf8.decode(bytes);
  try {
    // Parsed first: in a body that is cut off inside a string, the search below would take quadratic time.
    const body: unknown = JSON.parse(text);
    return longInteger.test(text) ? JSON.parse(text.replace(textOrNumber, exact)) : body;
  } catch {
    return undefined;
  }
}

function exact(token: string): string {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
