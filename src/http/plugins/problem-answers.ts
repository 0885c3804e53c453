import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { LRUCache } from 'lru-cache';
import type { ErrorReporter } from '../../commands/ports.js';
import { isStreamProblem } from '../problems/catalogue.js';
import { problemFrom } from '../problems/from-error.js';
import { Problem, problemDocument } from '../problems/problem.js';
import { allowedMethods } from '../routing/allowed-methods.js';
import { drain } from './drain.js';

/** Streams whose unreadable event has been reported; of more nobody looks at each. */
const rememberedStreams = 1_000;

/** Every error leaves as RFC 9457 problem details, unknown addresses and methods included. */
export const problemAnswers = fp(
  (async (app, { errors }) => {
    const methodsFor = allowedMethods(app);
    const reported = new LRUCache<string, true>({ max: rememberedStreams });

    app.setErrorHandler(async (error, request, reply) => {
      if (hasHungUp(request.raw)) {
        request.log.info('the client hung up before all of its request had come');
        return reply.hijack();
      }
      const problem = problemFrom(error);
      if (problem.status >= 500) report(error, problem, request);
      if (problem.code === 'payload-too-large') await drain(request.raw);
      return answerProblem(problem, request.id, reply);
    });
    app.setNotFoundHandler((request, reply) => {
      const methods = methodsFor(request.url);
      // A route for any file of a folder answers the method, and lacks the file.
      const problem =
        methods.length === 0 || methods.includes(request.method)
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

/** Nobody is left to answer, and nothing of the portal has failed. */
function hasHungUp({ destroyed, complete }: IncomingMessage): boolean {
  return destroyed && complete === false;
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
