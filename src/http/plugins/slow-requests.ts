/** Milliseconds between two looks at who is still sending: a 408 comes so much later than its limit at most. */
const lookEveryMs = 1_000;

/**
 * What Node is told, so that it refuses who takes too long to send a request. The headers have no longer than the whole:
 * of two limits Node would hold a body to the larger.
 */
export function slowRequestOptions(requestMs: number) {
  return { connectionsCheckingInterval: lookEveryMs, headersTimeout: requestMs, requestTimeout: requestMs };
}
