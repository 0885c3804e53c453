import { utcTime } from './utc-time.js';

/** The longest a `Retry-After` is obeyed; what asks for more is tried again by the job that made the call. */
const maxRetryAfterMs = 60_000;

/** Added on top, so that a delay never falls below the schedule; enough to part processes that failed together. */
const jitterShare = 0.1;

/**
 * Milliseconds to wait before a repeat: what the warehouse asked for, else 1, 2, 4 ... times the base.
 * @param repeat 1 for the first repeat
 */
export function retryDelay(
  repeat: number,
  baseMs: number,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number {
  const wanted = retryAfterMs !== undefined && retryAfterMs > 0 ? retryAfterMs : baseMs * 2 ** (repeat - 1);
  const jitter = Math.min(wanted, baseMs) * jitterShare * random();
  return wanted + jitter;
}

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date, capped.
 *
 * @param sent the answer's own `Date`: a date counts from there, since the warehouse's clock and ours may differ
 */
export function readRetryAfter(header: unknown, sent: unknown, now: number = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  const from = typeof sent === 'string' ? utcTime(sent) : Number.NaN;
  const delay = /^\d+$/.test(text) ? Number(text) * 1000 : utcTime(text) - (Number.isNaN(from) ? now : from);
  return Number.isNaN(delay) ? undefined : Math.min(Math.max(delay, 0), maxRetryAfterMs);
}
