import { ErrorType, EventStoreDBClient } from '@eventstore/db-client';
import { EventStoreUnavailable } from '../../commands/event-store.js';

/**
 * Holds the current client and replaces it when it may be poisoned.
 *
 * The client caches a failed feature query for good and never repeats a call by itself, so after a time-out or an
 * unexplained failure the only safe client is a new one.
 */
export interface Connection {
  client(): EventStoreDBClient;
  /** Drops `broken` if it is still the current client; calls under way on it end with an error. */
  replace(broken: EventStoreDBClient): void;
  close(): Promise<void>;
}

export function connect(url: string): Connection {
  const open = () => EventStoreDBClient.connectionString(url);
  let current = open();
  return {
    client: () => current,
    replace: (broken) => {
      if (broken !== current) return;
      current = open();
      void broken.dispose().catch(() => undefined);
    },
    close: () => current.dispose(),
  };
}

/** Failures after which the same call can succeed on a new client. */
export function isTransient(error: unknown): boolean {
  if (error instanceof EventStoreUnavailable) return true;
  return transientTypes.has(typeOf(error));
}

export function typeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
}

const transientTypes: ReadonlySet<string> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.NOT_LEADER,
  // What the client makes of a connection reset in mid-call.
  ErrorType.UNKNOWN,
]);
