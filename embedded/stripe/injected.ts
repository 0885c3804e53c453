import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../shared/faults.js';
import type { Answer } from './idempotency.js';

/** Waits where the fault delays: before the request is performed, or after. */
export async function hold(fault: Fault | null, moment: 'before' | 'after'): Promise<void> {
  if (fault?.delayMs === undefined || (fault.after === true) !== (moment === 'after')) return;
  await sleep(fault.delayMs);
}

/** Whether the fault takes the place of the answer at this moment. */
export function isSpoiled(fault: Fault | null, moment: 'before' | 'after'): fault is Fault {
  if (fault === null || (fault.after === true) !== (moment === 'after')) return false;
  return fault.reset === true || fault.status !== undefined;
}

/** The answer that a fault asks for. */
export function spoiled(fault: Fault): Answer {
  const status = fault.status ?? 500;
  if (status === 429) {
    return {
      status,
      body: { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' } },
    };
  }
  const type = status >= 500 ? 'api_error' : status === 402 ? 'card_error' : 'invalid_request_error';
  return { status, body: { error: { type, message: `Asked to answer ${status}.` } } };
}
