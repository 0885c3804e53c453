import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import Stripe from 'stripe';
import { createFaults } from '../shared/faults.js';
import { type Collection, openJournal } from '../shared/journal.js';
import { createLedger } from '../shared/ledger.js';
import { createAccount } from './account.js';
import { createApi, type RequestEntry } from './api.js';
import { controlRoutes } from './control.js';
import { StripeSimError } from './errors.js';
import { createIdempotency } from './idempotency.js';
import { seconds } from './new-objects.js';
import { newId, type StripeEvent } from './objects.js';
import { createWebhooks, type DeliveryEntry } from './webhooks.js';

export interface StripeSimOptions {
  /** 0 or left out: a free one. */
  readonly port?: number;
  /** Loopback when left out: the control routes have no access control. */
  readonly host?: string;
  readonly secretKey: string;
  /** Where events are delivered; can also be set later (`POST /control/webhooks {url}`). */
  readonly webhookUrl?: string;
  readonly webhookSecret: string;
  /** Folder for the account's state; nothing is kept without it. */
  readonly dataDir?: string | undefined;
  /** First and longest wait between attempts to deliver a webhook, in milliseconds. */
  readonly webhookBaseDelayMs?: number;
  readonly webhookMaxDelayMs?: number;
}

export interface StripeSim {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Events kept for listing and resending; Stripe keeps thirty days. */
const maxEvents = 50_000;

/** Starts a stand-in for one Stripe account: the REST API under `/v1`, webhooks, a control API and a page to pay with. */
export async function startStripeSim(options: StripeSimOptions): Promise<StripeSim> {
  const journal = openJournal(options.dataDir);
  const ledger = createLedger<RequestEntry | DeliveryEntry>();
  const faults = createFaults();
  const events = journal.collection<StripeEvent>('events');
  const webhooks = createWebhooks(
    {
      url: options.webhookUrl ?? null,
      secret: options.webhookSecret,
      baseDelayMs: options.webhookBaseDelayMs ?? 250,
      maxDelayMs: options.webhookMaxDelayMs ?? 5_000,
    },
    journal,
    events,
    ledger,
  );

  // The API performs a request without awaiting anything, so the cause of an event is the request performed last.
  let cause: StripeEvent['request'] = { id: null, idempotency_key: null };
  const account = createAccount(journal, (type, object, delivery) => {
    const event: StripeEvent = {
      id: newId('evt'),
      object: 'event',
      api_version: Stripe.API_VERSION,
      created: seconds(),
      data: { object },
      livemode: false,
      pending_webhooks: delivery?.times ?? 1,
      request: cause,
      type,
    };
    events.put(event.id, event);
    if (events.size > maxEvents) forgetOldest(events);
    webhooks.deliver(event, delivery);
  });
  const serve = createApi({
    account,
    events,
    secretKey: options.secretKey,
    faults,
    idempotency: createIdempotency(journal),
    ledger,
    causedBy: ({ id, idempotencyKey }) => {
      cause = { id, idempotency_key: idempotencyKey };
    },
  });

  const app = Fastify({ bodyLimit: 1024 * 1024, keepAliveTimeout: 5_000, forceCloseConnections: true });
  acceptBodies(app);
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof StripeSimError) return reply.code(error.status).send(error.body);
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return reply.code(status).send({ error: { type: 'api_error', message: String(error) } });
  });
  const page = readFileSync(new URL('./page.html', import.meta.url), 'utf8');
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.all('/v1/*', async (request, reply) => {
    const [path = '', query = ''] = request.url.split('?');
    const key = request.headers['idempotency-key'];
    const answer = await serve({
      method: request.method,
      path: path.replace(/\/$/, ''),
      query,
      body: typeof request.body === 'string' ? request.body : '',
      authorization: request.headers.authorization,
      idempotencyKey: typeof key === 'string' && key !== '' ? key : null,
    });
    if (answer === null) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  controlRoutes(app, {
    account,
    events,
    faults,
    ledger,
    webhooks,
    fromDashboard: () => {
      cause = { id: null, idempotency_key: null };
    },
  });

  await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    port,
    async close() {
      await app.close();
      await webhooks.close();
      journal.close();
    },
  };
}

/** Forms stay text (the API decodes them itself, and keys are compared by text); an empty JSON body is an empty object. */
function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(String(body)));
    } catch {
      done(new StripeSimError(400, 'invalid_request_error', 'The body is not JSON.'));
    }
  });
}

function forgetOldest(events: Collection<StripeEvent>): void {
  const oldest = events.values().next();
  if (oldest.done !== true) events.delete(oldest.value.id);
}
