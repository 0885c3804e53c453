import type { Faults } from '../shared/faults.js';
import type { Collection } from '../shared/journal.js';
import type { Ledger } from '../shared/ledger.js';
import type { Account } from './account.js';
import { StripeSimError } from './errors.js';
import type { Form } from './form.js';
import type { Answer, Idempotency } from './idempotency.js';
import { hold, isSpoiled, spoiled } from './injected.js';
import { newId, type StripeEvent } from './objects.js';
import { type ApiRequest, paramsOf, perform } from './routes.js';

/** `status` is null when the connection was cut by a fault. */
export interface RequestEntry {
  readonly kind: 'request';
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly params: Form;
  readonly idempotencyKey: string | null;
  readonly status: number | null;
  readonly replayed: boolean;
  readonly performed: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

export interface Context {
  readonly account: Account;
  readonly events: Collection<StripeEvent>;
  readonly secretKey: string;
  readonly faults: Faults;
  readonly idempotency: Idempotency;
  readonly ledger: Pick<Ledger<RequestEntry>, 'add'>;
  /** Tells the events that follow which request caused them. */
  readonly causedBy: (request: { id: string; idempotencyKey: string | null }) => void;
}

/** Serves the REST API. @returns the answer, or null when the connection is to be cut without one */
export function createApi(context: Context): (request: ApiRequest) => Promise<ApiAnswer | null> {
  return async (request) => {
    const requestId = newId('req');
    const fault = context.faults.take(request.method, request.path);
    const entry = { performed: false, replayed: false };
    const answer = await answerOrError(async () => {
      authenticate(request.authorization, context.secretKey);
      const key = request.method === 'POST' ? request.idempotencyKey : null;
      return await context.idempotency.once(key, request, async () => {
        await hold(fault, 'before');
        if (isSpoiled(fault, 'before')) return { ...spoiled(fault), remember: fault.remember === true };
        entry.performed = true;
        context.causedBy({ id: requestId, idempotencyKey: key });
        return remembering(() => perform(context.account, context.events, request));
      });
    });
    entry.replayed = 'replayed' in answer && answer.replayed === true;
    await hold(fault, 'after');
    const last = fault?.after === true && isSpoiled(fault, 'after') ? spoiled(fault) : answer;
    const cut = fault?.reset === true && (fault.after === true || !entry.performed);
    context.ledger.add({
      kind: 'request',
      at: new Date().toISOString(),
      method: request.method,
      path: request.path,
      params: paramsOf(request),
      idempotencyKey: request.idempotencyKey,
      status: cut ? null : last.status,
      ...entry,
    });
    if (cut) return null;
    return { status: last.status, body: last.body, headers: headersOf(requestId, request, entry.replayed) };
  };
}

/** What was performed is the outcome of its key for ever, whether it worked or was refused. */
async function remembering(run: () => Answer): Promise<Answer & { remember: boolean }> {
  try {
    return { ...run(), remember: true };
  } catch (error) {
    if (error instanceof StripeSimError) return { status: error.status, body: error.body, remember: error.remembered };
    throw error;
  }
}

async function answerOrError(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StripeSimError) return { status: error.status, body: error.body };
    throw error;
  }
}

/** Bearer, or Basic with the key as user name. @throws StripeSimError 401 */
function authenticate(authorization: string | undefined, secretKey: string): void {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  const key = scheme.toLowerCase() === 'basic' ? (Buffer.from(value, 'base64').toString().split(':')[0] ?? '') : value;
  if (key === secretKey) return;
  const shown =
    key === '' ? 'You did not provide an API key.' : `Invalid API Key provided: ${'*'.repeat(8)}${key.slice(-4)}`;
  throw new StripeSimError(401, 'invalid_request_error', shown);
}

function headersOf(requestId: string, request: ApiRequest, replayed: boolean): Record<string, string> {
  return {
    'request-id': requestId,
    ...(request.idempotencyKey === null ? {} : { 'idempotency-key': request.idempotencyKey }),
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
  };
}
