import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';

/**
 * Refuses requests that reached this machine under a name of somebody else's: a web page can have its own name point to
 * 127.0.0.1 (DNS rebinding) and would then count as the same origin.
 */
export const loopbackHosts = fp(
  async (app) => {
    app.addHook('onRequest', ({ raw }, _reply, done) => {
      // As it came in: what a proxy says of the host is beside the point.
      if (!isLoopback(raw.headers.host ?? '')) {
        throw new Problem('misdirected-request', 'Without access control the portal answers to a loopback host only.');
      }
      done();
    });
  },
  { name: 'loopback-hosts', dependencies: ['problem-answers'] },
);

/** `localhost`, names below it, and loopback addresses, with or without a port. */
export function isLoopback(host: string): boolean {
  return /^(([a-z0-9-]+\.)*localhost\.?|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}
