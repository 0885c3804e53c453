import { EventStoreUnavailable } from '../../commands/event-store.js';

/** What to do about a failed statement or fold. */
export type FailureKind =
  /** The database or the network, not the event: try again later. */
  | 'transient'
  /** The projection's tables are gone: it needs a rebuild. */
  | 'tables-missing'
  /** The event itself cannot be applied. */
  | 'poison';

/** SQLSTATE classes: connection, transaction rollback, resources (disk full), operator intervention, system error. */
const transientClasses = new Set(['08', '40', '53', '57', '58']);

/** Lock not available, read-only (a replica during failover), in a failed or timed-out transaction. */
const transientStates = new Set(['55P03', '25006', '25P02', '25P03', '25P04']);

const missingStates = new Set(['42P01', '3F000']);

/** Whether a statement failed because its table, or the schema of it, is not there. */
export function tablesMissing(error: unknown): boolean {
  return error instanceof Error && missingStates.has(codeOf(error));
}

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ENOSPC']);

export function failureKind(error: unknown): FailureKind {
  if (error instanceof EventStoreUnavailable) return 'transient';
  if (!(error instanceof Error)) return 'poison';
  if (tablesMissing(error)) return 'tables-missing';
  const code = codeOf(error);
  if (transientStates.has(code) || networkCodes.has(code)) return 'transient';
  if (/^[0-9A-Z]{5}$/.test(code)) return transientClasses.has(code.slice(0, 2)) ? 'transient' : 'poison';
  // What the driver and the pool report without a code.
  if (error.name === 'KnexTimeoutError' || error.name === 'TimeoutError') return 'transient';
  if (
    /connection terminated|connection ended|timeout expired|query read timeout|not queryable|unable to acquire/i.test(
      error.message,
    )
  ) {
    return 'transient';
  }
  return 'poison';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * The reason alone: of a failed statement the query builder tells the whole text first, and of a server that none of its
 * addresses led to Node says nothing but the kind of error.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const end = 'severity' in error ? error.message.lastIndexOf(statementEnd) : -1;
  return (end < 0 ? error.message : error.message.slice(end + statementEnd.length)) || error.name;
}

const statementEnd = ' - ';
