import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Fault, type Faults, faultName } from './faults.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import { dropAnswer, resetConnection, truncateAnswer } from './spoil.js';

/** Writes every API request into the ledger and applies the fault that is due for it. */
export function observe(app: FastifyInstance, ledger: Ledger, faults: Faults, revokeTokens: () => void): void {
  const entries = new WeakMap<FastifyRequest, LedgerEntry>();
  const answerDelays = new WeakMap<FastifyRequest, number>();
  const workDelays = new WeakMap<FastifyRequest, number>();

  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (path.startsWith('/control/')) return;
    const entry = ledgerEntry(request, path);
    entries.set(request, entry);
    ledger.add(entry);
    const fault = faults.next(request.method, path);
    if (!fault) return;
    entry.fault = faultName(fault);
    if (fault.answerDelayMs) answerDelays.set(request, fault.answerDelayMs);
    if (fault.workDelayMs) workDelays.set(request, fault.workDelayMs);
    if (fault.delayMs) await sleep(fault.delayMs);
    if (fault.revokeTokens) revokeTokens();
    return spoil(fault, request, reply);
  });

  app.addHook('preHandler', async (request) => {
    const entry = entries.get(request);
    const orderNumber = readOrderNumber(request.body);
    if (entry && orderNumber !== undefined) entry.orderNumber = orderNumber;
    const delayMs = workDelays.get(request);
    if (delayMs) await sleep(delayMs);
  });

  app.addHook('onSend', async (request, reply) => {
    const entry = entries.get(request);
    if (entry) entry.status = reply.statusCode;
    const delayMs = answerDelays.get(request);
    if (delayMs) await sleep(delayMs);
  });
}

function spoil(fault: Fault, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  if (fault.reset) {
    resetConnection(request.raw);
    return reply.hijack();
  }
  if (fault.acceptThenDrop) dropAnswer(request.raw, reply.raw);
  if (fault.truncate) truncateAnswer(request.raw, reply.raw);
  if (fault.status === undefined) return undefined;
  reply.code(fault.status).headers(fault.headers ?? {});
  if (typeof fault.body === 'string') return reply.send(fault.body);
  return reply.send(fault.body ?? { error: 'fault', message: `A fault answered with ${fault.status}.` });
}

function ledgerEntry(request: FastifyRequest, path: string): LedgerEntry {
  const query = Object.fromEntries(new URL(request.url, 'http://localhost').searchParams);
  const key = request.headers['idempotency-key'];
  return {
    at: new Date().toISOString(),
    method: request.method,
    path,
    route: (request.routeOptions.url ?? path).replaceAll(/:(\w+)/g, '{$1}'),
    query,
    status: 0,
    ...(query.order_number === undefined ? {} : { orderNumber: query.order_number }),
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
  };
}

function readOrderNumber(body: unknown): string | undefined {
  const isOrder = typeof body === 'object' && body !== null && 'order_number' in body;
  return isOrder && typeof body.order_number === 'string' ? body.order_number : undefined;
}
