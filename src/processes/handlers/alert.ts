import type { EffectHandler } from '../effects/performer.js';
import type { Alerts } from '../ports/outbound.js';

/** Tells the operators about an event that needs a person. */
export function createAlertHandler(alerts: Alerts): EffectHandler {
  return {
    async perform({ subject, payload }) {
      const kind = String(payload.alertKind);
      const facts = (payload.facts ?? {}) as Record<string, unknown>;
      await alerts.raise({ kind, subject, message: kind.replaceAll('-', ' '), facts });
    },
  };
}
