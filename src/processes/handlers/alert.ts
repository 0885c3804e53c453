import type { EffectHandler } from '../effects/performer.js';
import type { Alerts } from '../ports/outbound.js';

/**
 * What one trouble of an outside party does to every order at once, and how the operators read of it. Equal subjects are
 * one alert, so an outage is told once; everything else is a case of its own order.
 */
const outages: Readonly<Record<string, string>> = {
  'notification-failed': 'mail to customers is not sent',
  'delivery-scheduling-failed': 'deliveries are not scheduled',
  'inventory-sync-failed': 'the inventory sync fails',
};

/** Tells the operators about an event that needs a person. */
export function createAlertHandler(alerts: Alerts): EffectHandler {
  return {
    async perform({ subject: about, payload }) {
      const kind = String(payload.alertKind);
      const words = kind.replaceAll('-', ' ');
      const facts = { about, ...((payload.facts ?? {}) as Record<string, unknown>) };
      const subject = outages[kind] ?? `${words}: order ${about}`;
      await alerts.raise({ kind, subject, message: `${words} (${about})`, facts });
    },
  };
}
