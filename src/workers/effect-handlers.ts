import { keepReportsIn } from '../adapters/files/reconcile-reports.js';
import type { Portal } from '../compose.js';
import type { EffectHandlers } from '../processes/effects/performer.js';
import { createPlaces } from '../processes/effects/places.js';
import { createAlertHandler } from '../processes/handlers/alert.js';
import { createCancelIntentHandler } from '../processes/handlers/cancel-intent.js';
import { createEarlierRequests } from '../processes/handlers/earlier-request.js';
import { createEraseHandler } from '../processes/handlers/erase.js';
import { createExportHandler } from '../processes/handlers/export.js';
import { createNotifyHandler } from '../processes/handlers/notify.js';
import { createPackedHandler } from '../processes/handlers/packed.js';
import { createRefundHandler } from '../processes/handlers/refund.js';
import {
  createCommitHandler,
  createReleaseHandler,
  createReservationExpiryHandler,
} from '../processes/handlers/stock.js';
import { createAdoptIfThere } from '../processes/handlers/unknown-export.js';
import { createUnparkHandler } from '../processes/handlers/unpark.js';
import { createWebhookHandler } from '../processes/handlers/webhook.js';
import { createWmsCancelHandler } from '../processes/handlers/wms-cancel.js';
import { createSummaries } from '../processes/inventory/page-summary.js';
import { createSyncHandler } from '../processes/inventory/request.js';
import { createDailyReconciliation } from '../processes/reconcile/daily.js';
import { createReconcile } from '../processes/reconcile/reconcile.js';
import { snapshotFingerprint } from '../projections/models/products.js';
import { findOrderOfPayment } from '../projections/queries/orders.js';
import { ReadModelMissing } from '../projections/queries/sql.js';

/** A sync that cannot trust its index within this reads every stream instead. */
const catchUpMs = 30_000;

/**
 * Together below the effects worked on at once. Mails: twice the connections to the mail server; deliveries: those to the
 * partner; payments: what asks the payment provider for money back, or not to take any.
 */
const atOnce = { mails: 6, deliveries: 4, payments: 4 } as const;

/**
 * What performs each kind of effect.
 *
 * @param signal long runs end early with it
 */
export function createEffectHandlers(portal: Portal, signal: AbortSignal): EffectHandlers {
  const { config, handler, clock, inbox, pools, projections } = portal;
  const warehouseTimeoutMs = config.EXTENSIV_TIMEOUT_MS;
  const messageIdDomain = config.MAIL_FROM.match(/@([\w.-]+)/)?.[1] ?? 'localhost';
  const notifyDeps = { ...portal, messageIdDomain, signal };
  const earlierRequests = createEarlierRequests(warehouseTimeoutMs);
  const exportDeps = { ...portal, earlierRequests, adoptIfThere: createAdoptIfThere({ ...portal, earlierRequests }) };
  const wmsCancel = createWmsCancelHandler({ ...exportDeps, warehouseTimeoutMs });
  const mailPlaces = createPlaces(atOnce.mails);
  const deliveryPlaces = createPlaces(atOnce.deliveries);
  const paymentPlaces = createPlaces(atOnce.payments);
  const paymentDeps = {
    handler,
    clock,
    reservationTtlSeconds: config.RESERVATION_TTL_SECONDS,
    payoutBrandShareBps: config.PAYOUT_BRAND_SHARE_BPS,
  };
  return {
    webhook: createWebhookHandler({
      ...portal,
      ...paymentDeps,
      orderOfPayment: (paymentIntentId) => findOrderOfPayment(pools.workers, paymentIntentId),
    }),
    unpark: createUnparkHandler(inbox),
    export: createExportHandler({ ...exportDeps, ...paymentDeps }),
    commit: createCommitHandler(portal, wmsCancel),
    release: createReleaseHandler(exportDeps),
    'reservation-expiry': createReservationExpiryHandler(exportDeps),
    packed: deliveryPlaces(createPackedHandler(notifyDeps)),
    notify: mailPlaces(createNotifyHandler(notifyDeps)),
    refund: paymentPlaces(createRefundHandler(portal)),
    'wms-cancel': wmsCancel,
    'cancel-intent': paymentPlaces(createCancelIntentHandler(portal)),
    alert: mailPlaces(createAlertHandler(portal.alerts)),
    reconcile: createDailyReconciliation({
      ...portal,
      reconcile: createReconcile(portal),
      keepReport: config.LOG_DIR === 'none' ? async () => undefined : keepReportsIn(config.LOG_DIR),
      signal,
    }),
    erase: createEraseHandler({ handler, keys: portal.personalKeys }),
    sync: createSyncHandler({
      ...portal,
      signal,
      summarise: createSummaries(snapshotFingerprint),
      async snapshotIndex() {
        const head = await portal.eventStore.head();
        const current = head === null || (await projections.queries.waitFor(head, catchUpMs, signal));
        signal.throwIfAborted();
        try {
          return { entries: await projections.snapshotIndex(), current };
        } catch (error) {
          // Dropped, or not made yet: the streams are all a sync needs.
          if (error instanceof ReadModelMissing) return { entries: new Map(), current: false };
          throw error;
        }
      },
    }),
  };
}
