import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger, Metrics } from '../../commands/ports.js';
import type { ProblemCode } from '../problems/catalogue.js';
import { Problem, problemDocument } from '../problems/problem.js';
import { answerHeaders } from './security-headers.js';
import { wasAnsweredEarly } from './slow-requests.js';

/** Node's names for what is refused before it is a request; all else is not HTTP. */
const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/**
 * Answers what is not HTTP, or too slow or large to become a request, on the bare socket, and hangs up: the rest of a
 * slow request must not be carried out after all, and a client that keeps its own side open holds no socket.
 */
export function socketRefusals({ logger, metrics }: { logger: Logger; metrics: Metrics }) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || wasAnsweredEarly(socket)) {
      socket.destroy();
      return;
    }
    const problem = new Problem(codes[error.code ?? ''] ?? 'malformed-request');
    const correlationId = randomUUID();
    metrics.increment('portal_http_refused_connections_total', { code: problem.code });
    logger.warn({ correlationId, code: problem.code }, 'refused before it was a request');
    socket.write(rawAnswer(problem, correlationId));
    socket.destroySoon();
  };
}

function rawAnswer(problem: Problem, correlationId: string): string {
  const body = JSON.stringify(problemDocument(problem, correlationId));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`,
    ...Object.entries(answerHeaders).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/problem+json',
    `X-Correlation-Id: ${correlationId}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
