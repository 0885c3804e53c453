import { createHash } from 'node:crypto';

/**
 * The trace a correlation id stands for, 32 hex digits. A UUID is the trace id without its dashes; any other id is
 * hashed. Every process comes to the same one, so nothing but the correlation id has to travel.
 */
export function traceIdOf(correlationId: string): string {
  const bare = correlationId.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(bare) && !/^0+$/.test(bare) ? bare : digest(correlationId).slice(0, 32);
}

/** The span that stands for a recorded event, 16 hex digits, wherever it is asked for. */
export function eventSpanIdOf(eventId: string): string {
  return digest(eventId).slice(0, 16);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
