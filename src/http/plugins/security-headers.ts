import fp from 'fastify-plugin';

/** Headers for answers that are data: nothing in them may run, be framed or be sniffed. The docs page sets its own CSP. */
export const securityHeaders = fp(
  async (app) => {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
        vary: 'authorization, accept-encoding',
      });
      done();
    });
  },
  { name: 'security-headers' },
);
