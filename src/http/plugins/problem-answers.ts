import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { LRUCache } from 'lru-cache';
import type { ErrorReporter } from '../../commands/ports.js';
import { isStreamProblem } from '../problems/catalogue.js';
import { problemFrom } from '../problems/from-error.js';
import { Problem, problemDocument } from '../problems/problem.js';
import { allowedMethods } from '../routing/allowed-methods.js';
import { drain } from './drain.js';
import { answerHeaders } from './security-headers.js';
import { wasAnsweredEarly } from './slow-requests.js';

/** Streams whose unreadable event has been reported; of more nobody looks at each. */
const rememberedStreams = 1_000;

/** Every error leaves as RFC 9457 problem details, unknown addresses and methods included. */
export const problemAnswers = fp(
  (async (app, { errors }) => {
    const methodsFor = allowedMethods(app);
    const reported = new LRUCache<string, true>({ max: rememberedStreams });

    app.setErrorHandler(async (error, request, reply) => {
      const problem = problemFrom(error);
      if (problem.status >= 500) report(error, problem, request);
      if (problem.code === 'payload-too-large') await drain(request.raw);
      return answerProblem(problem, request.id, reply);
    });
    app.setNotFoundHandler((request, reply) => {
      const methods = methodsFor(request.url);
      const problem =
        methods.length === 0
          ? new Problem('not-found', 'Nothing is found at this address.')
          : new Problem('method-not-allowed', `This address answers ${methods.join(', ')} only.`, {
              headers: { allow: methods.join(', ') },
            });
      return answerProblem(problem, request.id, reply);
    });

    function report(error: unknown, problem: Problem, request: FastifyRequest): void {
      const facts = { requestId: request.requestId, route: request.routeOptions.url, code: problem.code };
      if (isStreamProblem(problem.code)) {
        const about = { ...facts, ...problem.facts };
        const cause = problem.cause ?? error;
        request.log.error({ ...about, err: cause }, 'an event cannot be read');
        // Everybody who asks for its stream comes here; it is one thing to mend.
        const stream = String(problem.facts?.stream);
        if (!reported.has(stream)) errors?.capture(cause, { ...about, correlationId: request.id });
        reported.set(stream, true);
        return;
      }
      if (problem.code !== 'internal-error') {
        const reason = error instanceof Error ? error.message : problem.message;
        request.log.warn({ ...facts, reason, ...(problem.cause ? { err: problem.cause } : {}) }, problem.message);
        return;
      }
      request.log.error({ ...facts, err: error }, 'request failed');
      errors?.capture(error, { ...facts, correlationId: request.id });
    }
  }) satisfies FastifyPluginAsync<{ errors?: ErrorReporter | undefined }>,
  { name: 'problem-answers', dependencies: ['correlation'] },
);

/** Requests that are not HTTP, or too slow or large to become one: answered on the bare socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || wasAnsweredEarly(socket)) {
    socket.destroy();
    return;
  }
  const correlationId = randomUUID();
  const problem = new Problem(
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers-too-large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request-timeout'
        : 'malformed-request',
  );
  const body = JSON.stringify(problemDocument(problem, correlationId));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`,
      ...Object.entries(answerHeaders).map(([name, value]) => `${name}: ${value}`),
      'Content-Type: application/problem+json',
      `X-Correlation-Id: ${correlationId}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Sends a problem as its document, with the headers it asks for. */
export function answerProblem(problem: Problem, correlationId: string, reply: FastifyReply): FastifyReply {
  return (
    reply
      .code(problem.status)
      .headers(problem.headers)
      .header('x-correlation-id', correlationId)
      .header('cache-control', 'no-store')
      .header('content-type', 'application/problem+json')
      // Serialised here, for a route's answer schemas describe its own shapes; bytes, so that no charset is added.
      .send(Buffer.from(JSON.stringify(problemDocument(problem, correlationId))))
  );
}
