/** Leaves a byte order mark out, which some servers send and JSON does not know. */
const utf8 = new TextDecoder();

/** What a body says, or undefined when it is no JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
