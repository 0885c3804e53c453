import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Collection, Journal } from '../shared/journal.js';
import type { Ledger } from '../shared/ledger.js';
import type { StripeEvent } from './objects.js';

export interface WebhookSettings {
  /** Where events go; with null they are only kept. */
  readonly url: string | null;
  readonly secret: string;
  /** First wait after a failure, in milliseconds; doubles up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** One attempt to deliver an event. `status` is null when no answer came, then `error` says why. */
export interface DeliveryEntry {
  readonly kind: 'delivery';
  readonly at: string;
  readonly eventId: string;
  readonly type: string;
  readonly attempt: number;
  readonly status: number | null;
  readonly error: string | null;
}

/** Stripe gives up after three days. */
const giveUpMs = 3 * 24 * 60 * 60 * 1_000;
/** The receiver only stores the event, so more than this would be its trouble, not ours. */
const maxConcurrent = 4;
const answerTimeoutMs = 10_000;

interface PendingDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly attempts: number;
  /** Milliseconds since the epoch, as is `dueAt`. */
  readonly plannedAt: number;
  readonly dueAt: number;
}

export interface Webhooks {
  /** Plans `times` deliveries of an event, not before `delayMs` have passed. */
  deliver(event: StripeEvent, options?: { times?: number | undefined; delayMs?: number | undefined }): void;
  pause(paused: boolean): void;
  pointTo(url: string): void;
  readonly paused: boolean;
  readonly pending: number;
  /** Stops and waits for attempts under way; what is pending goes on after a restart. */
  close(): Promise<void>;
}

/**
 * Delivers signed events at least once: a delivery is kept until the receiver answers 2xx, across restarts. Each attempt
 * is signed afresh, as Stripe does, because receivers refuse old timestamps.
 */
export function createWebhooks(
  settings: WebhookSettings,
  journal: Journal,
  events: Collection<StripeEvent>,
  ledger: Pick<Ledger<DeliveryEntry>, 'add'>,
): Webhooks {
  const pending = journal.collection<PendingDelivery>('deliveries');
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  let url = settings.url;
  let paused = false;
  let timer: NodeJS.Timeout | null = null;
  let closing = false;
  let sequence = 0;

  const wake = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (paused || url === null || closing) return;
    const waiting = [...pending.values()].filter(({ id }) => !running.has(id)).sort((a, b) => a.dueAt - b.dueAt);
    for (const delivery of waiting) {
      if (delivery.dueAt > Date.now() || running.size >= maxConcurrent) break;
      running.set(
        delivery.id,
        attempt(delivery, url).finally(() => {
          running.delete(delivery.id);
          wake();
        }),
      );
    }
    const next = waiting.find(({ id }) => !running.has(id));
    if (next !== undefined && running.size < maxConcurrent) {
      timer = setTimeout(wake, Math.max(0, next.dueAt - Date.now()));
    }
  };

  const attempt = async (delivery: PendingDelivery, target: string): Promise<void> => {
    const event = events.get(delivery.eventId);
    if (event === undefined) {
      pending.delete(delivery.id);
      return;
    }
    const attempts = delivery.attempts + 1;
    const outcome = await post(target, event, settings.secret, stop.signal);
    if (stop.signal.aborted && outcome.status === null) return;
    ledger.add({
      kind: 'delivery',
      at: new Date().toISOString(),
      eventId: event.id,
      type: event.type,
      attempt: attempts,
      ...outcome,
    });
    const delivered = outcome.status !== null && outcome.status >= 200 && outcome.status < 300;
    if (delivered || Date.now() - delivery.plannedAt > giveUpMs) {
      pending.delete(delivery.id);
      return;
    }
    const wait = Math.min(settings.baseDelayMs * 2 ** Math.min(attempts - 1, 20), settings.maxDelayMs);
    pending.put(delivery.id, { ...delivery, attempts, dueAt: Date.now() + wait });
  };

  wake();
  return {
    deliver(event, { times = 1, delayMs = 0 } = {}) {
      for (let copy = 0; copy < times; copy += 1) {
        sequence += 1;
        const id = `${event.id}:${Date.now()}:${sequence}`;
        pending.put(id, { id, eventId: event.id, attempts: 0, plannedAt: Date.now(), dueAt: Date.now() + delayMs });
      }
      wake();
    },
    pause(next) {
      paused = next;
      wake();
    },
    pointTo(next) {
      url = next;
      wake();
    },
    get paused() {
      return paused;
    },
    get pending() {
      return pending.size;
    },
    async close() {
      closing = true;
      if (timer !== null) clearTimeout(timer);
      // A short grace lets a receiver that has the event also answer, so that it is not sent again without need.
      await Promise.race([Promise.allSettled(running.values()), sleep(500, undefined, { ref: false })]);
      stop.abort();
      await Promise.allSettled(running.values());
    },
  };
}

async function post(
  url: string,
  event: StripeEvent,
  secret: string,
  signal: AbortSignal,
): Promise<{ status: number | null; error: string | null }> {
  const payload = JSON.stringify(event);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
      },
      body: payload,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    await answer.arrayBuffer();
    return { status: answer.status, error: null };
  } catch (error) {
    return { status: null, error: describe(error) };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
