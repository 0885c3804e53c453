import { isAxiosError } from 'axios';
import { TaskCancelledError } from 'cockatiel';
import { CallFailure } from './call-failure.js';

/** A failure for a status that is no success, with what the warehouse asked for about a repeat. */
export function statusFailure(status: number, retryAfterMs?: number, summary?: string): CallFailure {
  return new CallFailure('status', `the warehouse answered ${status}${summary === undefined ? '' : ` ${summary}`}`, {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** A failure of a call that was called off between or before its attempts. */
export function stopped(): CallFailure {
  return new CallFailure('stopped', 'the call was stopped');
}

/** A failure of a call that was called off when its request had left. */
export function interrupted(): CallFailure {
  return new CallFailure('interrupted', 'the call was stopped while the answer was awaited');
}

/** A failure of a call that was not let out. */
export function heldBack(why: string): CallFailure {
  return new CallFailure('held-back', why);
}

/** Names of system errors that come before a connection exists (`man 3 errno`, and Node's DNS errors). */
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

/** Keeps the code of an error and nothing else of it. */
export function asFailure(error: unknown, timeoutMs: number): CallFailure {
  if (error instanceof CallFailure) return error;
  if (error instanceof TaskCancelledError) return new CallFailure('timeout', `no answer within ${timeoutMs} ms`);
  if (!isAxiosError(error)) return new CallFailure('network', 'the request failed');
  const code = error.code ?? 'ERR_NETWORK';
  const connecting = error.cause !== undefined && 'syscall' in error.cause && error.cause.syscall === 'connect';
  const reason = unsentCodes.has(code) || connecting ? 'unsent' : 'network';
  return new CallFailure(reason, `the connection failed: ${code}`, { code });
}
