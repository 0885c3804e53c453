import Stripe from 'stripe';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isDeeperThan } from '../../commands/json-depth.js';
import type { VerifiedWebhook, WebhookVerifier } from '../../processes/ports/payments.js';
import { interpretWebhook } from './messages.js';
import { UnusableWebhookError } from './unusable-webhook-error.js';

/** Stripe's own default: older signatures are refused as replays. Its retries are signed afresh. */
const toleranceSeconds = 300;

/** Levels of JSON in an event. Those of Stripe have about ten; what is far deeper nothing here could walk through. */
const maxDepth = 100;

/** Ids and types are plain words, and short enough for an index of PostgreSQL. */
const Word = Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' });
const Envelope = Type.Object({
  id: Word,
  type: Word,
  created: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.String({ minLength: 1 }), Type.Null()])),
});
const envelope = Compile(Envelope);

/**
 * {@link WebhookVerifier} for Stripe's signed events.
 *
 * @param settings `webhookSecret` is the endpoint's `whsec_…`; `secretKey` says in which of Stripe's modes the portal is
 */
export function createStripeWebhookVerifier(settings: { webhookSecret: string; secretKey: string }): WebhookVerifier {
  return {
    verify(rawBody, signature) {
      if (!isSigned(rawBody, signature, settings.webhookSecret)) return null;
      return open(rawBody);
    },
    interpret(payload, at) {
      const message = interpretWebhook(payload, at);
      if (message && moded.Check(payload)) assertMode(payload, settings.secretKey);
      return message;
    },
  };
}

const moded = Compile(Type.Object({ id: Type.String(), type: Type.String(), livemode: Type.Boolean() }));

/** In test mode no money moves, and some endpoints are sent the events of both modes. */
function assertMode({ id, type, livemode }: { id: string; type: string; livemode: boolean }, secretKey: string): void {
  const [, mode] = /^[a-z]+_(?:[a-z]+_)*(live|test)_/.exec(secretKey) ?? [];
  const sent = livemode ? 'live' : 'test';
  if (mode === undefined || mode === sent) return;
  throw new UnusableWebhookError(id, type, `it is of the ${sent} mode, and STRIPE_SECRET_KEY of the ${mode} mode`);
}

/**
 * A header without the signatures that Stripe does not make, for its library breaks at one that is missing, empty or not
 * ASCII. A good one beside them counts.
 */
function wellFormed(header: string): string {
  const parts = header.split(',');
  return parts.filter((part) => !/^v1(?:=|$)/.test(part) || /^v1=[0-9a-f]{64}$/.test(part)).join(',');
}

function isSigned(rawBody: Buffer, signature: string, secret: string): boolean {
  try {
    // Without a verifier nothing is signed.
    return Stripe.webhooks.signature?.verifyHeader(rawBody, wellFormed(signature), secret, toleranceSeconds) === true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

/** @throws UnusableWebhookError for a body that Stripe signed but that is no event */
function open(rawBody: Buffer): VerifiedWebhook {
  const payload = parse(rawBody);
  if (!envelope.Check(payload)) throw new UnusableWebhookError(null, null, 'it is no event');
  return { eventId: payload.id, type: payload.type, createdAt: createdAt(payload), payload };
}

function parse(rawBody: Buffer): unknown {
  const json = rawBody.toString('utf8');
  if (isDeeperThan(maxDepth, json)) {
    throw new UnusableWebhookError(null, null, `it is nested more than ${maxDepth} levels deep`);
  }
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UnusableWebhookError(null, null, 'it is not JSON', { cause: error });
  }
}

/** From Unix seconds, or ISO 8601 in the newer kind of event. */
function createdAt({ id, type, created }: Static<typeof Envelope>): string | null {
  if (created === undefined || created === null) return null;
  const date = new Date(typeof created === 'number' ? created * 1000 : created);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  // Years of more or fewer than four digits are no times that PostgreSQL reads.
  if (!/^(?!0000)\d{4}-/.test(iso)) throw new UnusableWebhookError(id, type, 'its creation time is unreadable');
  return iso;
}
