import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { faultRoutes } from '../shared/fault-routes.js';
import { createFaults, type Faults } from '../shared/faults.js';
import { openJournal } from '../shared/journal.js';
import { createLedger, type Ledger } from '../shared/ledger.js';

export interface DeliverySimOptions {
  /** 0 or left out: a free one. */
  readonly port?: number;
  /** Loopback when left out: the control routes have no access control. */
  readonly host?: string;
  /** Folder for the deliveries taken; nothing is kept without it. */
  readonly dataDir?: string | undefined;
}

export interface DeliverySim {
  readonly url: string;
  close(): Promise<void>;
}

interface Delivery {
  readonly key: string;
  readonly reference: string;
  /** Fingerprint of the request, to tell a repeat from a key used twice. */
  readonly request: string;
  readonly body: unknown;
}

interface Entry {
  readonly at: string;
  readonly idempotencyKey: string | null;
  readonly body: unknown;
  /** Null when the connection was cut. */
  readonly status: number | null;
  readonly reference: string | null;
}

/** Starts a stand-in for the delivery partner: takes each delivery once per idempotency key. */
export async function startDeliverySim(options: DeliverySimOptions = {}): Promise<DeliverySim> {
  const journal = openJournal(options.dataDir);
  const deliveries = journal.collection<Delivery>('deliveries');
  const faults = createFaults();
  const ledger = createLedger<Entry>();
  const app = Fastify({ bodyLimit: 64 * 1024, keepAliveTimeout: 5_000, forceCloseConnections: true });

  app.post('/deliveries', { schema: { body: deliverySchema } }, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const fault = faults.take('POST', '/deliveries');
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    const spoiled = fault !== null && (fault.reset === true || fault.status !== undefined);
    const answer = spoiled && fault.after !== true ? null : take(idempotencyKey, request.body);
    const status = fault?.reset === true ? null : (fault?.status ?? answer?.status ?? 500);
    ledger.add({
      at: new Date().toISOString(),
      idempotencyKey,
      body: request.body,
      status,
      reference: answer?.reference ?? null,
    });
    if (status === null) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (answer === null || spoiled) return reply.code(status).send({ error: `asked to answer ${status}` });
    if (answer.reference === null) return reply.code(status).send({ error: 'idempotency key was used before' });
    return reply.code(status).send({ reference: answer.reference });
  });
  app.get('/deliveries', () => ({
    data: [...deliveries.values()].map(({ reference, body }) => ({ reference, body })),
  }));

  const take = (key: string | null, body: unknown): { status: number; reference: string | null } => {
    const request = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const before = key === null ? undefined : deliveries.get(key);
    if (before !== undefined) {
      return before.request === request
        ? { status: 201, reference: before.reference }
        : { status: 422, reference: null };
    }
    const reference = `DLV-${randomBytes(5).toString('hex').toUpperCase()}`;
    deliveries.put(key ?? reference, { key: key ?? reference, reference, request, body });
    return { status: 201, reference };
  };

  controlRoutes(app, faults, ledger);
  await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    async close() {
      await app.close();
      journal.close();
    },
  };
}

function controlRoutes(app: FastifyInstance, faults: Faults, ledger: Ledger<Entry>): void {
  app.get('/control/ledger', () => ({ requests: ledger.entries() }));
  app.delete('/control/ledger', (_request, reply) => {
    ledger.clear();
    return reply.code(204).send();
  });
  faultRoutes(app, faults);
}

const text = { type: 'string', minLength: 1 } as const;
const optionalText = { type: ['string', 'null'] } as const;

/** What the partner wants to know; it refuses a delivery without a full address. */
const deliverySchema = {
  type: 'object',
  required: ['orderId', 'orderNumber', 'recipient', 'address'],
  properties: {
    orderId: text,
    orderNumber: text,
    recipient: { type: 'object', required: ['name'], properties: { name: text, phone: { type: 'string' } } },
    address: {
      type: 'object',
      required: ['street1', 'city', 'state', 'zip', 'country'],
      properties: { street1: text, street2: optionalText, city: text, state: text, zip: text, country: text },
    },
    deliveryZone: optionalText,
  },
} as const;
