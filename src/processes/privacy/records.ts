import type { Knex } from 'knex';
import { orders } from '../../commands/aggregates.js';
import type { PersonalRecords } from '../../commands/erase-personal-data.js';
import type { IdempotencyKeys } from '../../commands/ports.js';
import { streamOf } from '../../commands/streams.js';
import type { Projections } from '../../projections/create-projections.js';
import { RebuildInProgress } from '../../projections/generations/exclusively.js';
import { forgetOverwritten } from '../../projections/generations/overwritten.js';
import { ordersNaming, ordersOfKeys } from '../../projections/queries/persons-orders.js';
import { eraseParkedErrors } from '../../projections/runtime/parking.js';
import { jobIdOf, queueOf } from '../effects/relay.js';
import type { EffectStore } from '../effects/store.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { WebhookInbox } from '../webhooks/inbox.js';

/** Read models that are not followed by then belong to a portal that does not run. */
const waitMs = 30_000;
/** Effects of one order: one of each kind and a few refunds. */
const maxEffects = 1_000;

/** {@link PersonalRecords}: what the portal holds about a person besides the events. */
export function createPersonalRecords(deps: {
  db: Knex;
  projections: Pick<Projections, 'names' | 'queries' | 'parked' | 'dropFormer'>;
  effects: EffectStore;
  inbox: WebhookInbox;
  queues: JobQueue;
  idempotencyKeys: Pick<IdempotencyKeys, 'erase'>;
}): PersonalRecords {
  const { db, projections, effects, inbox, queues, idempotencyKeys } = deps;
  return {
    ofKeys: (keyIds) => ordersOfKeys(db, keyIds),
    naming: (customer) => ordersNaming(db, customer),
    waitFor: (position) => projections.queries.waitFor(position, waitMs),
    async parked(orderIds) {
      const streams = new Map(orderIds.map((orderId) => [streamOf(orders, orderId), orderId]));
      const rows = await projections.parked();
      const readModels = rows.filter(({ projection }) => projections.names.includes(projection));
      return [...new Set(readModels.flatMap(({ stream }) => streams.get(stream) ?? []))];
    },
    async eraseTraces({ orderId, paymentIntentIds }) {
      const webhooks = await inbox.erase({ orderId, paymentIntentIds });
      for (const subject of [orderId, ...webhooks]) {
        await effects.eraseErrors(subject);
        for (const effect of await effects.list({ subject, limit: maxEffects })) {
          if (effect.status !== 'open') await queues.remove(queueOf(effect.kind), generationsOf(effect));
        }
      }
      await idempotencyKeys.erase(orderId);
      await eraseParkedErrors(db, streamOf(orders, orderId));
    },
    forgetTraces: () =>
      forgetOverwritten(db, ['portal.webhooks', 'portal.effects', 'portal.parked_streams', 'portal.idempotency_keys']),
    async dropFormerRows() {
      try {
        await projections.dropFormer('orders');
        return true;
      } catch (error) {
        if (error instanceof RebuildInProgress) return false;
        throw error;
      }
    },
  };
}

/** The ids of every job an effect ever had: a job that ended keeps the error it ended with. */
function generationsOf(effect: { key: string; generation: number }): string[] {
  return Array.from({ length: effect.generation + 1 }, (_, generation) => jobIdOf({ key: effect.key, generation }));
}
