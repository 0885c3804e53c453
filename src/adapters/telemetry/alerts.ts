import { createHash, randomUUID } from 'node:crypto';
import type { ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import {
  type Alert,
  type AlertOutcome,
  type Alerts,
  type Mailer,
  unsentAlertMs,
} from '../../processes/ports/outbound.js';
import { createAlertTemplate } from '../mail/alert-template.js';
import { type AlertStore, createAlertWindow } from './alert-window.js';
import { scrub, scrubText } from './scrub.js';

export interface AlertSettings {
  readonly mailer: Mailer;
  readonly adminEmail: string;
  readonly reporter: ErrorReporter;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Shared by the processes of one portal, so that they raise one alert together; each on its own without it. */
  readonly redis?: AlertStore;
  /** How long equal alerts (same kind and subject) count as one. */
  readonly windowSeconds: number;
}

/** {@link Alerts} as mail, error report, log line and metric. The log has every alert, the others one per window. */
export function createAlerts(settings: AlertSettings): Alerts {
  const { mailer, metrics, reporter } = settings;
  const logger = settings.logger.child({ component: 'alerts' });
  const window = createAlertWindow(settings.redis);
  const template = createAlertTemplate();

  async function notify(alert: Alert): Promise<AlertOutcome> {
    const facts = scrub(alert.facts ?? {}) as Record<string, unknown>;
    logger.error(
      { alert: alert.kind, facts, ...(alert.error === undefined ? {} : { err: alert.error }) },
      alert.subject,
    );
    const key = digestOf(alert.kind, alert.subject);
    const owner = alert.owner ?? randomUUID();
    const opened = await window.open(key, settings.windowSeconds, owner);
    if (opened === null) return 'repeated';

    // Everybody but the mail server has heard of it.
    if (!opened.untold) {
      guarded(alert.kind, () => metrics.increment('portal_alerts_total', { kind: alert.kind }));
      guarded(alert.kind, () => {
        const context = { ...facts, alert: alert.kind, subject: alert.subject };
        reporter.capture(alert.error ?? new Error(alert.subject), context);
      });
    }
    const mail = template({
      kind: alert.kind,
      subject: scrubText(alert.subject),
      message: scrubText(alert.message),
      facts,
      at: new Date().toISOString(),
      repeats: opened.repeats,
    });
    try {
      await mailer.send({ to: settings.adminEmail, messageId: `<alert-${key}-${digestOf(owner)}@portal>`, ...mail });
    } catch (error) {
      await window.shorten(key, Math.min(unsentAlertMs / 1_000, settings.windowSeconds));
      logger.error({ alert: alert.kind, err: error }, 'alert mail was not sent');
      return 'unsent';
    }
    await window.told(key, settings.windowSeconds);
    return 'sent';
  }

  /** A broken channel must not keep the alert from the others. */
  function guarded(kind: string, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      logger.error({ alert: kind, err: error }, 'alert could not be raised everywhere');
    }
  }

  return {
    async raise(alert) {
      try {
        return await notify(alert);
      } catch (error) {
        logger.error({ alert: alert.kind, err: error }, 'alert could not be raised');
        return 'unsent';
      }
    },
  };
}

function digestOf(...words: string[]): string {
  return createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 24);
}
