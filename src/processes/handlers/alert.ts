import { type EffectPayload, EffectPostponed } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { type Alert, type Alerts, unsentAlertMs } from '../ports/outbound.js';

/** How the operators read of what an event alone tells, by the kind of the alert. */
const meanings: Readonly<Record<string, string>> = {
  'order-export-failed':
    'The warehouse has not confirmed a paid order, and it is not sent again before somebody retries it.',
  'inventory-sync-failed': 'The stock of the warehouse was not taken over; what was known before stays.',
  'refund-failed': 'The buyer does not have the money back.',
  'payment-conflict': 'A payment does not fit its order, and was not counted for it.',
  'status-conflict': 'The warehouse contradicts what is known of an order; nothing was changed.',
  'wms-cancellation-refused': 'An order is cancelled here, and the warehouse has not confirmed that it cancels it.',
  'dispute-opened': 'The bank of the buyer disputes a payment.',
  'notification-failed': 'A mail to a customer was not sent, and is not tried again.',
  'delivery-scheduling-failed': 'The delivery partner has not confirmed a delivery, and it is not tried again.',
};

/**
 * What one trouble of an outside party does to every order at once. Equal subjects are one alert, so an outage is told
 * once; everything else is a case of its own order.
 */
const outages: Readonly<Record<string, string>> = {
  'notification-failed': 'mail to customers is not sent',
  'delivery-scheduling-failed': 'deliveries are not scheduled',
  'inventory-sync-failed': 'the inventory sync fails',
};

/** By then an alert whose mail did not get out is not held back any more. */
const tryAgainMs = unsentAlertMs + 1_000;

/** Tells the operators what needs a person; it is owed until a mail server has taken it. */
export function createAlertHandler(alerts: Alerts): EffectHandler {
  return {
    async perform({ key, subject: about, payload }) {
      const outcome = await alerts.raise({ ...alertOf(about, payload), owner: key });
      if (outcome === 'unsent') throw new EffectPostponed(tryAgainMs, 'no mail server has taken it');
    },
  };
}

function alertOf(about: string, payload: EffectPayload): Alert {
  const kind = String(payload.alertKind);
  const words = kind.replaceAll('-', ' ');
  const facts = { about, ...((payload.facts ?? {}) as Record<string, unknown>) };
  const { alertSubject: subject = outages[kind] ?? `${words}: order ${about}` } = payload;
  const { message = meanings[kind] ?? `${words} (${about})` } = payload;
  return { kind, subject: String(subject), message: String(message), facts };
}
