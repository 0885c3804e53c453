/** Milliseconds between two looks at who is still sending: a 408 comes at most this much later than its limit. */
const lookEveryMs = 1_000;

/**
 * Has Node refuse clients that take too long to send a request. The headers get no longer than the whole: of two
 * limits, Node holds a body to the larger.
 */
export function slowRequestOptions(requestMs: number) {
  return { connectionsCheckingInterval: lookEveryMs, headersTimeout: requestMs, requestTimeout: requestMs };
}
