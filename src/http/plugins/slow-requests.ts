import type { Socket } from 'node:net';
import fp from 'fastify-plugin';

/** Milliseconds between two looks at who is still sending: a 408 comes so much later than its limit at most. */
const lookEveryMs = 1_000;

/**
 * What Node is told, so that it refuses who takes too long to send a request. The headers have no longer than the whole:
 * of two limits Node would hold a body to the larger.
 */
export function slowRequestOptions(requestMs: number) {
  return { connectionsCheckingInterval: lookEveryMs, headersTimeout: requestMs, requestTimeout: requestMs };
}

const answeredEarly = new WeakSet<Socket>();

/** Whether a request on this connection was answered before all of it had come: what comes late gets no second answer. */
export function wasAnsweredEarly(socket: Socket): boolean {
  return answeredEarly.has(socket);
}

export const slowRequests = fp(
  async (app) => {
    app.addHook('onResponse', ({ raw }, _reply, done) => {
      if (raw.complete === false) answeredEarly.add(raw.socket);
      done();
    });
  },
  { name: 'slow-requests' },
);
