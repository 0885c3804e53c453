import { isForeign } from '../commands/event-store.js';
import { hasOwnHash } from '../commands/hash-chain.js';
import type { ChainedEvent } from './chains.js';
import type { TamperKind } from './deviations.js';

/**
 * What was done to a stream, as its chain shows it. The chain alone cannot tell a removed event from a changed one whose
 * hash was made anew; a seal can.
 *
 * @param events of one stream around the fault, in their order
 * @param at index of the first event that does not fit
 * @returns the kind, and the index of the event to name
 */
export function classifyFault(events: readonly ChainedEvent[], at: number): { what: TamperKind; index: number } {
  const event = events[at];
  const before = events[at - 1];
  const hashBefore = before?.metadata.hash ?? null;
  if (!event) return { what: 'truncated', index: at - 1 };
  if (isForeign(event)) return { what: 'inserted', index: at };
  const successor = events.findIndex(({ metadata }, index) => index > at && metadata.prevHash === hashBefore);
  if (!hasOwnHash(event)) return { what: successor === at + 1 ? 'inserted' : 'changed', index: at };
  // It continues an event further up: what stands between them came in later.
  const anchor = events.findLastIndex(
    ({ metadata }, index) => index < at - 1 && metadata.hash === event.metadata.prevHash,
  );
  if (anchor >= 0 || (event.metadata.prevHash === null && at > 0)) return { what: 'inserted', index: anchor + 1 };
  if (successor < 0) return { what: 'removed', index: at };
  const belongsLater = events.some(
    ({ metadata }, index) => index >= successor && metadata.hash === event.metadata.prevHash,
  );
  return { what: belongsLater ? 'reordered' : 'inserted', index: at };
}
