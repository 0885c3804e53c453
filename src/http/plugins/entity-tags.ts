import { createHash } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { type TObject, Type } from 'typebox';
import { heldTag } from '../orders/etag.js';

/** 128 bits: no two answers of an address meet. In hexadecimal, so that no tag ends like the name of a coding. */
const digestLength = 32;

/** The tag of an answer by its bytes. */
export function contentTag(bytes: string | Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, digestLength)}"`;
}

/** Tags an answer, and tells whether the caller has it already: then 304, and no body, is the answer. */
export function answersWithTag(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  const held = heldTag(request.headers['if-none-match'], tag);
  reply.header('etag', held ?? tag);
  if (held === null) return false;
  reply.code(304);
  return true;
}

/** `ETag` and `If-None-Match` for every read that has no tag of its own: the same bytes, the same tag. */
export const entityTags = fp(
  (async (app) => {
    app.addHook('onRoute', declare);
    app.addHook('onSend', (request, reply, payload, done) => {
      const read = request.method === 'GET' || request.method === 'HEAD';
      if (read && reply.statusCode === 200 && !reply.hasHeader('etag') && typeof payload === 'string') {
        answersWithTag(request, reply, contentTag(payload));
      }
      // A handler's `null` would be counted as four bytes, of which none is sent. For HEAD Fastify wants something to measure.
      if (reply.statusCode === 304) return done(null, request.method === 'HEAD' ? '' : null);
      done(null, payload);
    });
  }) satisfies FastifyPluginAsync,
  { name: 'entity-tags' },
);

/** What the hook adds to a read stands in its contract too. */
function declare({ method, schema }: RouteOptions): void {
  const responses = schema?.response as Record<string, object> | undefined;
  const found = responses?.[200] as { content?: object } | undefined;
  if (method !== 'GET' || !schema || !responses || !found) return;
  // An event stream has no end, and so no tag.
  if (found.content && !('application/json' in found.content)) return;
  responses[304] = Type.Null({ description: 'Unchanged' });
  const headers = schema.headers as TObject | undefined;
  schema.headers = Type.Object({ ...headers?.properties, ...conditional });
}

const conditional = {
  'if-none-match': Type.Optional(
    Type.String({
      maxLength: 1024,
      description: 'An `ETag` answered before: 304 while the answer would be the same',
      examples: ['"3"'],
    }),
  ),
};
