import fp from 'fastify-plugin';

/** What every answer carries. */
export const answerHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  vary: 'authorization, accept-encoding',
} as const;

/** `cache-control` of what a browser may keep for its own user, and asks for again each time with the tag it has. */
export const revalidated = 'private, no-cache';

/** Headers for answers that are data: nothing in them may run, be framed or be sniffed. The docs page sets its own CSP. */
export const securityHeaders = fp(
  async (app) => {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(answerHeaders);
      done();
    });
  },
  { name: 'security-headers' },
);
