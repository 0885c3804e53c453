import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';
import { timesSent } from '../repeated-headers.js';

/** Has Node let a request without a host through to here: it would answer a bare 400 itself. */
export const hostHeaderOptions = { requireHostHeader: false } as const;

/**
 * What Node would refuse without a body, or let pass: a `Host` that is missing, or there twice, is a problem; an unknown
 * `Expect` is none, and no field is passed over.
 */
export const hostHeader = fp(
  async (app) => {
    app.addHook('onRequest', ({ raw }, _reply, done) => {
      // RFC 9112, 3.2: only HTTP/1.0 may do without.
      if (raw.headers.host === undefined && raw.httpVersion !== '1.0') {
        throw new Problem('malformed-request', 'A request names the host it is for, in `Host`.');
      }
      // The first would count here, and another one perhaps where a proxy looked.
      if (timesSent(raw.rawHeaders, 'host') > 1) {
        throw new Problem('malformed-request', 'A request names one host, in one `Host`.');
      }
      done();
    });
    // Beyond a thousand fields Node would drop the rest without a word: a condition, or what a proxy has added. Their size is
    // bounded already.
    app.server.maxHeadersCount = 0;
    // RFC 9110, 10.1.1: an expectation that is not known may be passed over.
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  },
  { name: 'host-header', dependencies: ['problem-answers'] },
);
