import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { timesSent } from '../repeated-headers.js';

/**
 * The key under which a request may be repeated. Sent twice, both would form one key of their own: a client that adds a
 * header to each attempt would order anew each time.
 * @throws Problem malformed-request
 */
export function idempotencyKeyOf({ headers, raw }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') return null;
  if (timesSent(raw.rawHeaders, 'idempotency-key') > 1) {
    throw new Problem('malformed-request', 'A request has one key, in one `Idempotency-Key`.');
  }
  return key;
}
