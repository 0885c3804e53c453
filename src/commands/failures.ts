import { EventStoreUnavailable } from './event-store.js';

/** SQLSTATE classes: connection, transaction rollback, resources (disk full), operator intervention, system error. */
const transientClasses = new Set(['08', '40', '53', '57', '58']);

/** Lock not available, read-only (a replica during failover), in a failed or timed-out transaction. */
const transientStates = new Set(['55P03', '25006', '25P02', '25P03', '25P04']);

/** Of the network, and of what the system has no more of for now: space, descriptors, ports. */
const systemCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOSPC', 'EMFILE', 'ENFILE', 'EADDRNOTAVAIL'],
]);

/** What the driver and the pool report without a code. */
const wordsOfDriver =
  /connection terminated|connection ended|timeout expired|query read timeout|not queryable|unable to acquire|^aborted$/i;

/** Whether a store or the network failed, and not what was asked of it: the same may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof EventStoreUnavailable) return true;
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (transientStates.has(code) || systemCodes.has(code)) return true;
  if (/^[0-9A-Z]{5}$/.test(code)) return transientClasses.has(code.slice(0, 2));
  return error.name === 'KnexTimeoutError' || error.name === 'TimeoutError' || wordsOfDriver.test(error.message);
}

/** What the error's source calls it, such as a SQLSTATE or `ECONNRESET`; empty when it has no code. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * The reason alone: the query builder puts the whole text of a failed statement before it, and where none of a server's
 * addresses answered, Node tells only the kind of error.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const end = 'severity' in error ? error.message.lastIndexOf(statementEnd) : -1;
  return (end < 0 ? error.message : error.message.slice(end + statementEnd.length)) || error.name;
}

const statementEnd = ' - ';
