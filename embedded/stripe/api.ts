import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Faults } from '../shared/faults.js';
import type { Collection } from '../shared/journal.js';
import type { Ledger } from '../shared/ledger.js';
import type { Account } from './account.js';
import { missing, StripeSimError } from './errors.js';
import { type Form, parseForm } from './form.js';
import type { Answer, Idempotency } from './idempotency.js';
import { newId, type StripeEvent } from './objects.js';

/** A request under `/v1`, as it came. `query` and `body` are form-encoded. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | null;
}

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

/** Largest page of a list, as with Stripe. */
const maxPage = 100;

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
        return remembering(() => perform(context, request));
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
      params: parseForm(request.method === 'GET' ? request.query : request.body),
      idempotencyKey: request.idempotencyKey,
      status: cut ? null : last.status,
      ...entry,
    });
    if (cut) return null;
    return { status: last.status, body: last.body, headers: headersOf(requestId, request, entry.replayed) };
  };
}

/** The routes of the API. @throws StripeSimError */
function perform({ account, events }: Context, request: ApiRequest): Answer {
  const form = parseForm(request.method === 'GET' ? request.query : request.body);
  const [, , resource = '', id = '', action = ''] = request.path.split('/');
  const ok = (body: unknown): Answer => ({ status: 200, body });

  switch (`${request.method} ${resource}${id === '' ? '' : '/id'}${action === '' ? '' : `/${action}`}`) {
    case 'POST payment_intents':
      return ok(account.createIntent(form));
    case 'GET payment_intents':
      return ok(page(request.path, [...account.intents.values()].reverse(), form));
    case 'GET payment_intents/id':
      return ok(account.intent(id));
    case 'POST payment_intents/id/cancel':
      return ok(account.cancelIntent(id, textOf(form.cancellation_reason) ?? null));
    case 'POST refunds':
      return ok(account.createRefund(form));
    case 'GET refunds': {
      const paymentIntent = textOf(form.payment_intent);
      const charge = textOf(form.charge);
      const filter = {
        ...(paymentIntent === undefined ? {} : { paymentIntent }),
        ...(charge === undefined ? {} : { charge }),
      };
      return ok(page(request.path, account.refundsOf(filter), form));
    }
    case 'GET refunds/id':
      return ok(account.refund(id));
    case 'GET events': {
      const type = textOf(form.type);
      const matching = [...events.values()].filter((event) => type === undefined || event.type === type).reverse();
      return ok(page(request.path, matching, form));
    }
    case 'GET events/id': {
      const event = events.get(id);
      if (event === undefined) throw missing('event', id, 'id');
      return ok(event);
    }
    default:
      throw new StripeSimError(
        404,
        'invalid_request_error',
        `Unrecognized request URL (${request.method}: ${request.path}).`,
      );
  }
}

/** Newest first, with Stripe's cursors. */
function page(url: string, items: readonly { id: string }[], form: Form): unknown {
  const limit = Math.min(Math.max(Number(textOf(form.limit) ?? 10) || 10, 1), maxPage);
  const after = textOf(form.starting_after);
  const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  return { object: 'list', url, has_more: items.length > start + limit, data: items.slice(start, start + limit) };
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

async function hold(fault: Fault | null, moment: 'before' | 'after'): Promise<void> {
  if (fault?.delayMs === undefined || (fault.after === true) !== (moment === 'after')) return;
  await sleep(fault.delayMs);
}

function isSpoiled(fault: Fault | null, moment: 'before' | 'after'): fault is Fault {
  if (fault === null || (fault.after === true) !== (moment === 'after')) return false;
  return fault.reset === true || fault.status !== undefined;
}

function spoiled(fault: Fault): Answer {
  const status = fault.status ?? 500;
  if (status === 429) {
    return {
      status,
      body: { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' } },
    };
  }
  const type = status >= 500 ? 'api_error' : status === 402 ? 'card_error' : 'invalid_request_error';
  return { status, body: { error: { type, message: `Asked to answer ${status}.` } } };
}

function headersOf(requestId: string, request: ApiRequest, replayed: boolean): Record<string, string> {
  return {
    'request-id': requestId,
    ...(request.idempotencyKey === null ? {} : { 'idempotency-key': request.idempotencyKey }),
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
  };
}

function textOf(value: string | Form | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
