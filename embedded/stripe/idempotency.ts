import { createHash } from 'node:crypto';
import type { Journal } from '../shared/journal.js';
import { StripeSimError } from './errors.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Stripe may forget a key after a day. */
const keptMs = 24 * 60 * 60 * 1000;

interface Remembered extends Answer {
  readonly key: string;
  readonly request: string;
  readonly at: number;
}

export interface Idempotency {
  /**
   * Runs a request at most once per key.
   * @returns the answer, and whether it is a stored one
   * @throws StripeSimError 400 when the key came with another request before, 409 while the first one still runs
   */
  once(
    key: string | null,
    request: { method: string; path: string; body: string },
    run: () => Promise<Answer & { remember: boolean }>,
  ): Promise<Answer & { replayed: boolean }>;
}

/** Stripe's idempotency keys: https://docs.stripe.com/api/idempotent_requests */
export function createIdempotency(journal: Journal): Idempotency {
  const remembered = journal.collection<Remembered>('idempotency');
  const running = new Set<string>();
  for (const { key, at } of [...remembered.values()]) if (Date.now() - at > keptMs) remembered.delete(key);

  return {
    async once(key, request, run) {
      if (key === null) return { ...(await run()), replayed: false };
      if (running.has(key)) {
        throw new StripeSimError(
          409,
          'idempotency_error',
          `There is currently another in-progress request using this Idempotency Key (${key}).`,
          { code: 'idempotency_key_in_use' },
        );
      }
      const fingerprint = fingerprintOf(request);
      const before = remembered.get(key);
      if (before !== undefined && Date.now() - before.at <= keptMs) {
        if (before.request === fingerprint) return { status: before.status, body: before.body, replayed: true };
        throw new StripeSimError(
          400,
          'idempotency_error',
          `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        );
      }
      running.add(key);
      try {
        const { remember, ...answer } = await run();
        if (remember) remembered.put(key, { key, request: fingerprint, at: Date.now(), ...answer });
        return { ...answer, replayed: false };
      } finally {
        running.delete(key);
      }
    },
  };
}

/** The order of the parameters does not matter. */
function fingerprintOf({ method, path, body }: { method: string; path: string; body: string }): string {
  const params = new URLSearchParams(body);
  params.sort();
  return createHash('sha256').update(`${method} ${path} ${params.toString()}`).digest('hex');
}
