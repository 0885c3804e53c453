import compress from '@fastify/compress';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';

/** The codings that answers come in, the best first. */
export const codings = ['br', 'gzip'] as const;
export type Coding = (typeof codings)[number];

/** Compresses answers for those who ask for it; event streams and what is small stay as they are. */
export const compression = fp(
  (async (app, { fromBytes }) => {
    await app.register(compress, {
      encodings: [...codings],
      threshold: fromBytes,
      // Bodies come as they are: a small one that unfolds into a large one would pass the limit.
      globalDecompression: false,
    });
    // After the library's own hook, which it adds to each route just before.
    app.addHook('onRoute', (route: RouteOptions) => {
      route.onSend = [...[route.onSend ?? []].flat(), tagCoding];
    });
  }) satisfies FastifyPluginAsync<{ fromBytes: number }>,
  { name: 'compression' },
);

/** A strong ETag names the bytes of an answer, so each coding has one of its own: `"7"`, `"7-br"` (RFC 9110, 8.8.3.3). */
function tagCoding(
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  const coding = reply.getHeader('content-encoding');
  const tag = reply.getHeader('etag');
  if (typeof coding === 'string' && typeof tag === 'string' && tag.startsWith('"')) {
    reply.header('etag', `${tag.slice(0, -1)}-${coding}"`);
  }
  done(null, payload);
}
