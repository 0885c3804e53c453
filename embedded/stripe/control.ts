import type { FastifyInstance } from 'fastify';
import { faultRoutes } from '../shared/fault-routes.js';
import type { Faults } from '../shared/faults.js';
import type { Collection } from '../shared/journal.js';
import type { Ledger } from '../shared/ledger.js';
import type { Account } from './account.js';
import type { RequestEntry } from './api.js';
import { missing } from './errors.js';
import type { RefundMode } from './new-objects.js';
import type { StripeEvent } from './objects.js';
import type { DeliveryEntry, Webhooks } from './webhooks.js';

export interface Controls {
  readonly account: Account;
  readonly events: Collection<StripeEvent>;
  readonly faults: Faults;
  readonly ledger: Ledger<RequestEntry | DeliveryEntry>;
  readonly webhooks: Webhooks;
  /** What follows was done by a person, not by a request of the API. */
  readonly fromDashboard: () => void;
}

/** Intents shown on the page. */
const maxListed = 200;

type Id = { Params: { id: string } };

/** What a buyer, a bank or a person at the dashboard does, plus faults and the ledger. */
export function controlRoutes(app: FastifyInstance, controls: Controls): void {
  const { account, events, faults, ledger, webhooks } = controls;
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/control/')) controls.fromDashboard();
  });

  app.get('/control/payment_intents', () => ({ data: [...account.intents.values()].reverse().slice(0, maxListed) }));

  app.post<Id & { Body: { times?: number; amount?: number; currency?: string; delayMs?: number } | undefined }>(
    '/control/payment_intents/:id/pay',
    {
      schema: {
        body: optional({ times: count(1_000), amount: count(99_999_999), currency: text, delayMs: count(120_000) }),
      },
    },
    (request) => account.pay(request.params.id, request.body ?? {}),
  );
  app.post<Id & { Body: { reason?: string } | undefined }>(
    '/control/payment_intents/:id/fail',
    { schema: { body: optional({ reason: text }) } },
    (request) => account.decline(request.params.id, request.body?.reason ?? 'generic_decline'),
  );
  app.post<Id & { Body: { amount?: number } | undefined }>(
    '/control/payment_intents/:id/refund',
    { schema: { body: optional({ amount: count(99_999_999) }) } },
    (request) => {
      const amount = request.body?.amount;
      return account.createRefund({
        payment_intent: request.params.id,
        reason: 'requested_by_customer',
        ...(amount === undefined ? {} : { amount: String(amount) }),
      });
    },
  );
  app.post<Id & { Body: { reason?: string } | undefined }>(
    '/control/payment_intents/:id/cancel',
    { schema: { body: optional({ reason: text }) } },
    (request) => account.cancelIntent(request.params.id, request.body?.reason ?? 'abandoned'),
  );
  app.post<Id & { Body: { reason?: string } | undefined }>(
    '/control/payment_intents/:id/dispute',
    { schema: { body: optional({ reason: text }) } },
    (request) => account.openDispute(request.params.id, request.body?.reason ?? 'fraudulent'),
  );

  app.post<{ Body: { mode: RefundMode } }>(
    '/control/refunds',
    {
      schema: { body: { type: 'object', required: ['mode'], properties: { mode: { enum: ['instant', 'pending'] } } } },
    },
    (request) => {
      account.setRefundMode(request.body.mode);
      return { mode: request.body.mode };
    },
  );
  app.post<Id & { Body: { reason?: string } | undefined }>(
    '/control/refunds/:id/fail',
    { schema: { body: optional({ reason: text }) } },
    (request) => account.failRefund(request.params.id, request.body?.reason ?? 'lost_or_stolen_card'),
  );
  app.post<Id>('/control/refunds/:id/succeed', (request) => account.succeedRefund(request.params.id));

  app.get('/control/faults', () => ({ faults: faults.pending() }));
  faultRoutes(app, faults);

  app.get('/control/webhooks', () => ({ paused: webhooks.paused, pending: webhooks.pending }));
  app.post<{ Body: { paused?: boolean; url?: string } | undefined }>(
    '/control/webhooks',
    { schema: { body: optional({ paused: { type: 'boolean' }, url: text }) } },
    (request) => {
      const { url, paused } = request.body ?? {};
      if (url !== undefined) webhooks.pointTo(url);
      if (paused !== undefined) webhooks.pause(paused);
      return { paused: webhooks.paused, pending: webhooks.pending };
    },
  );
  app.post<Id & { Body: { times?: number } | undefined }>(
    '/control/webhooks/:id/resend',
    { schema: { body: optional({ times: count(1_000) }) } },
    (request) => {
      const event = events.get(request.params.id);
      if (event === undefined) throw missing('event', request.params.id, 'id');
      webhooks.deliver(event, { times: request.body?.times });
      return event;
    },
  );

  app.get('/control/ledger', () => {
    const entries = ledger.entries();
    return {
      requests: entries.filter((entry) => entry.kind === 'request'),
      deliveries: entries.filter((entry) => entry.kind === 'delivery'),
    };
  });
  app.delete('/control/ledger', (_request, reply) => {
    ledger.clear();
    return reply.code(204).send();
  });
}

const text = { type: 'string', minLength: 1, maxLength: 500 } as const;
const count = (maximum: number) => ({ type: 'integer', minimum: 0, maximum }) as const;

/** A body that may be missing altogether. */
function optional(properties: Record<string, object>): object {
  return { type: ['object', 'null'], additionalProperties: false, properties };
}
