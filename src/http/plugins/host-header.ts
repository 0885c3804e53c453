import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';

/** What Node is told, so that a request without a host gets here: it would answer a bare 400 itself. */
export const hostHeaderOptions = { requireHostHeader: false } as const;

/**
 * What Node would refuse without a body or let pass: a `Host` that is missing, or there twice, is a problem; an unknown
 * `Expect` is none.
 */
export const hostHeader = fp(
  async (app) => {
    app.addHook('onRequest', ({ raw }, _reply, done) => {
      // RFC 9112, 3.2: only HTTP/1.0 may do without.
      if (raw.headers.host === undefined && raw.httpVersion !== '1.0') {
        throw new Problem('malformed-request', 'A request names the host it is for, in `Host`.');
      }
      // The first would count here, and another one perhaps where a proxy looked.
      if (hostsIn(raw.rawHeaders) > 1) {
        throw new Problem('malformed-request', 'A request names one host, in one `Host`.');
      }
      done();
    });
    // RFC 9110, 10.1.1: an expectation that is not known may be passed over.
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  },
  { name: 'host-header', dependencies: ['problem-answers'] },
);

/** Node's own view of repeated headers would take all of them apart, for every request. */
function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
