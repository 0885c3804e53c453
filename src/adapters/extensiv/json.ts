/** Leaves a byte order mark out, which some servers send and JSON does not know. */
const utf8 = new TextDecoder();

/** An integer that may be too long to be a number here; almost no body has one, and a snapshot has a million numbers. */
const longInteger = /(?<![\d.])\d{16,}(?![\d.eE])/;
/** Text, which may hold anything, or a number with all that belongs to it. */
const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * What a body says, or undefined when it is no JSON. An integer beyond 2^53 comes as text: as a number it would lose its
 * last digits, and an id or a tracking number would be that of another.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = utf8.decode(bytes);
  try {
    // First: in a body that ends within a text, looking for the ends of texts takes time squared.
    const body: unknown = JSON.parse(text);
    return longInteger.test(text) ? JSON.parse(text.replace(textOrNumber, exact)) : body;
  } catch {
    return undefined;
  }
}

function exact(token: string): string {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
