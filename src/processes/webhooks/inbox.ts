import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { v5 as uuidv5 } from 'uuid';
import type { OrderId } from '../../domain/shared/ids.js';
import { erasedText } from '../../domain/shared/personal-data.js';
import type { EffectStore } from '../effects/store.js';
import type { VerifiedWebhook } from '../ports/payments.js';
import { withoutPersonalData } from './personal-data.js';

export type WebhookStatus = 'received' | 'processed' | 'parked' | 'ignored' | 'failed';

/** A stored webhook. `payload` is the provider's event as sent. */
interface StoredWebhook {
  readonly eventId: string;
  readonly type: string;
  readonly payload: unknown;
  readonly status: WebhookStatus;
  readonly orderId: OrderId | null;
  readonly lastError: string | null;
  /** As its sender says, else when it came. */
  readonly createdAt: string;
  readonly receivedAt: string;
}

/** Webhooks as received, each event id once; processing them is an effect like any other. */
export interface WebhookInbox {
  /** Stores the webhook and what processes it in one transaction. @returns false when its event id is known */
  store(webhook: VerifiedWebhook, raw: Buffer, correlationId: string): Promise<boolean>;
  get(eventId: string): Promise<StoredWebhook | null>;
  mark(eventId: string, status: WebhookStatus, facts?: { orderId?: OrderId; error?: string }): Promise<void>;
  /** Opens the processing of the parked webhooks that speak of an order or of its payment again. @returns their number */
  unpark(about: { orderId: OrderId; paymentIntentId: string }): Promise<number>;
  /** Opens the processing of a webhook again, whatever became of it. @returns false when there is none such */
  replay(eventId: string): Promise<boolean>;
  /** Takes personal data out of the webhooks that speak of an order or of its payments. @returns their event ids */
  erase(about: { orderId: OrderId; paymentIntentIds: readonly string[] }): Promise<string[]>;
  list(filter: { status?: WebhookStatus | undefined; limit: number }): Promise<StoredWebhook[]>;
}

/** Namespace of the ids that stand for webhooks; any fixed UUID will do. */
const webhookNamespace = '7d0c1a3e-6f0b-4f5e-9d2c-2f6f2f1f7a54';
/** Parked webhooks taken up at once: more than one payment can ever have. */
const unparkLimit = 1_000;
/**
 * The object of a provider's event names its order in its metadata, is the payment, or names the payment. As the index of what
 * is parked has it.
 */
const speaksOf = `array[
  left(payload #>> '{data,object,metadata,order_id}', 255),
  left(payload #>> '{data,object,id}', 255),
  left(payload #>> '{data,object,payment_intent}', 255),
  left(payload #>> '{data,object,payment_intent,id}', 255)] && ?::text[]`;

export function createWebhookInbox(db: Knex, effects: EffectStore): WebhookInbox {
  const webhooks = (connection: Knex = db) => connection('portal.webhooks');

  const open = async (rows: readonly { event_id: string }[], tx: Knex, correlationId?: string): Promise<void> => {
    await effects.request(
      rows.map(({ event_id }) => ({
        key: `webhook:${event_id}`,
        kind: 'webhook',
        subject: event_id,
        payload: { correlationId: correlationId ?? uuidv5(event_id, webhookNamespace) },
        causedBy: randomUUID(),
        reopen: true,
      })),
      tx,
    );
  };

  return {
    store: (webhook, raw, correlationId) =>
      db.transaction(async (tx) => {
        const { eventId, type, payload, createdAt } = webhook;
        const inserted = await webhooks(tx)
          .insert({ event_id: eventId, type, payload: storable(payload), raw, created_at: createdAt ?? db.fn.now() })
          .onConflict('event_id')
          .ignore()
          .returning('event_id');
        await open(inserted, tx, correlationId);
        return inserted.length > 0;
      }),
    async get(eventId) {
      const row: Row | undefined = await webhooks().where({ event_id: eventId }).first(columns);
      return row ? fromRow(row) : null;
    },
    async mark(eventId, status, { orderId, error } = {}) {
      await webhooks()
        .where({ event_id: eventId })
        .update({
          status,
          last_error: error ?? null,
          ...(orderId === undefined ? {} : { order_id: orderId }),
          ...(status === 'processed' || status === 'ignored' ? { processed_at: db.fn.now() } : {}),
        });
    },
    unpark: ({ orderId, paymentIntentId }) =>
      db.transaction(async (tx) => {
        const rows: { event_id: string }[] = await webhooks(tx)
          .where({ status: 'parked' })
          .andWhereRaw(speaksOf, [[orderId, paymentIntentId]])
          .orderBy('received_at')
          .limit(unparkLimit)
          .select('event_id');
        await open(rows, tx);
        return rows.length;
      }),
    replay: (eventId) =>
      db.transaction(async (tx) => {
        const again = { status: 'received' };
        const rows: { event_id: string }[] = await webhooks(tx)
          .where({ event_id: eventId })
          .update(again, ['event_id']);
        await open(rows, tx);
        return rows.length > 0;
      }),
    erase: (about) =>
      db.transaction(async (tx) => {
        const rows: { event_id: string; payload: unknown }[] = await webhooks(tx)
          .where({ order_id: about.orderId })
          .orWhereRaw(speaksOf, [[about.orderId, ...about.paymentIntentIds]])
          .select('event_id', 'payload')
          .forUpdate();
        for (const { event_id, payload } of rows) {
          await webhooks(tx)
            .where({ event_id })
            .update({
              payload: JSON.stringify(withoutPersonalData(payload)),
              raw: Buffer.alloc(0),
              last_error: db.raw('case when last_error is not null then ? end', [erasedText]),
            });
        }
        return rows.map(({ event_id }) => event_id);
      }),
    async list({ status, limit }) {
      const rows: Row[] = await webhooks()
        .where(status ? { status } : {})
        .orderBy('received_at', 'desc')
        .limit(limit)
        .select(columns);
      return rows.map(fromRow);
    },
  };
}

const columns = ['event_id', 'type', 'payload', 'status', 'order_id', 'last_error', 'created_at', 'received_at'];

interface Row {
  event_id: string;
  type: string;
  payload: unknown;
  status: WebhookStatus;
  order_id: OrderId | null;
  last_error: string | null;
  created_at: Date;
  received_at: Date;
}

function fromRow(row: Row): StoredWebhook {
  return {
    eventId: row.event_id,
    type: row.type,
    payload: row.payload,
    status: row.status,
    orderId: row.order_id,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
  };
}

/**
 * The payload as JSON that PostgreSQL can hold: NUL and lone surrogates, which it refuses, become U+FFFD. The body as it
 * came stays beside it.
 */
function storable(payload: unknown): string {
  // JSON.stringify escapes a surrogate only when it is alone; what else is escaped is passed over.
  return JSON.stringify(payload).replace(/\\(u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escaped, { length }: string) =>
    length > 1 ? '\\ufffd' : escaped,
  );
}
