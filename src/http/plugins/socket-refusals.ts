import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger, Metrics } from '../../commands/ports.js';
import { latestOn, owedOn } from '../connections.js';
import type { ProblemCode } from '../problems/catalogue.js';
import { Problem, problemDocument } from '../problems/problem.js';
import { answerHeaders } from './security-headers.js';

/** Node's names for what is refused before it is a request; all else is not HTTP. */
const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

interface Tellers {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Refuses what is not HTTP, or too slow or large to become a request. What came before it on the same connection is
 * answered first: a refusal in its place would deny a request that is carried out.
 */
export function socketRefusals(tellers: Tellers) {
  /** Connections whose refusal waits for its turn; what cannot be read is told of with every part of it that comes. */
  const waiting = new WeakSet<Socket>();

  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    if (socket.readableEnded && owedOn(socket).length > 0) {
      // The client has closed its side: what it waited for is not held for it, as after a request that came in whole.
      socket.destroy();
      return;
    }
    if (waiting.has(socket)) return;
    const problem = new Problem(codes[error.code ?? ''] ?? 'malformed-request');
    const isLate = problem.code === 'request-timeout' ? lateRequest(socket) : () => true;
    waiting.add(socket);
    inTurn();

    function inTurn(): void {
      const [owed] = owedOn(socket);
      // It came after all while others were being answered, and is one of them now.
      if (!isLate()) waiting.delete(socket);
      else if (owed) owed.response.once('close', inTurn);
      else if (socket.writable) refuse(socket, problem, tellers);
    }
  };
}

/** Node tells once of a request that is too slow. @returns whether that request has still not come */
function lateRequest(socket: Socket): () => boolean {
  const before = latestOn(socket);
  // Its body is late, or else the head of the one after it.
  if (before?.request.complete === false) return () => !before.request.complete;
  return () => latestOn(socket) === before || latestOn(socket)?.request.complete === false;
}

/**
 * Answers on the bare socket, and hangs up: the rest of a request must not be carried out after all, and a client that
 * keeps its own side open holds no socket. What comes late of a request that was answered early gets no second answer.
 */
export function refuse(socket: Socket, problem: Problem, { logger, metrics }: Tellers): void {
  const latest = latestOn(socket);
  if (latest?.request.complete === false && latest.response.headersSent) {
    socket.destroy();
    return;
  }
  const correlationId = randomUUID();
  metrics.increment('portal_http_refused_connections_total', { code: problem.code });
  logger.warn({ correlationId, code: problem.code }, 'refused before it was a request');
  socket.write(rawAnswer(problem, correlationId));
  socket.destroySoon();
}

function rawAnswer(problem: Problem, correlationId: string): string {
  const body = JSON.stringify(problemDocument(problem, correlationId));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`,
    ...Object.entries({ ...answerHeaders, ...problem.headers }).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/problem+json',
    `X-Correlation-Id: ${correlationId}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
