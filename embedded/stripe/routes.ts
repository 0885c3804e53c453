import type { Collection } from '../shared/journal.js';
import type { Account } from './account.js';
import { missing, StripeSimError } from './errors.js';
import { type Form, parseForm } from './form.js';
import type { Answer } from './idempotency.js';
import type { StripeEvent } from './objects.js';

/** A request under `/v1`, as it came. `query` and `body` are form-encoded. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | null;
}

/** Largest page of a list, as with Stripe. */
const maxPage = 100;

/** What a request asks for, in its query or its body. */
export function paramsOf({ method, query, body }: ApiRequest): Form {
  return parseForm(method === 'GET' ? query : body);
}

/** The routes of the API. @throws StripeSimError */
export function perform(account: Account, events: Collection<StripeEvent>, request: ApiRequest): Answer {
  const form = paramsOf(request);
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
      const filter = { paymentIntent: textOf(form.payment_intent), charge: textOf(form.charge) };
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

function textOf(value: string | Form | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
