import type { Logger, Metrics } from '../../commands/ports.js';
import type { UseCases } from '../../commands/use-cases.js';
import type { VerifiedWebhook, WebhookVerifier } from '../ports/payments.js';
import type { WebhookInbox } from './inbox.js';

export interface ReceiveWebhookDeps {
  readonly verifier: WebhookVerifier;
  readonly inbox: WebhookInbox;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Has effects looked for at once. */
  nudge(): void;
}

/** Checks a webhook's signature and stores it; the answer may go out as soon as this resolves. */
export function createReceiveWebhook(deps: ReceiveWebhookDeps): UseCases['receiveWebhook'] {
  const { verifier, inbox, metrics, logger } = deps;
  return async ({ rawBody, signature }, { correlationId }) => {
    const webhook = opened(rawBody, signature);
    if (!webhook) {
      metrics.increment('portal_stripe_webhooks_total', { type: 'unknown', result: 'bad-signature' });
      logger.warn({}, 'a webhook with a bad signature was refused');
      return 'bad-signature';
    }
    const { eventId, type } = webhook;
    const stored = await inbox.store(webhook, rawBody, correlationId);
    metrics.increment('portal_stripe_webhooks_total', { type, result: stored ? 'stored' : 'duplicate' });
    logger.info({ eventId, type, stored, correlationId }, 'webhook received');
    if (stored) deps.nudge();
    return { stored, type };
  };

  /** What is signed but is not an event is refused and logged: the provider sends nothing like it. */
  function opened(rawBody: Buffer, signature: string): VerifiedWebhook | null {
    try {
      return verifier.verify(rawBody, signature);
    } catch (error) {
      metrics.increment('portal_stripe_webhooks_total', { type: 'unknown', result: 'unusable' });
      logger.error({ err: error }, 'a signed webhook is no event');
      throw error;
    }
  }
}
