import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify';

/** The board draws with styles of its own, and asks the portal only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The pages about the job queues, as they are given. A browser logs in with a key or token as the password. */
export const queueBoardRoutes: FastifyPluginAsync<{ board: FastifyPluginCallback }> = async (app, { board }) => {
  // The board's routes are not ours to configure one by one.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, policy: 'read:queues', quiet: true, browser: true };
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', contentSecurityPolicy);
  });
  await app.register(board);
};
