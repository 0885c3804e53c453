import { type Decider, nothing } from '../shared/decider.js';
import type { OrderId } from '../shared/ids.js';
import type { PrivacyEvent } from './events.js';

export interface EraseKey {
  readonly type: 'EraseKey';
  readonly keyId: string;
  readonly orderIds: readonly OrderId[];
  readonly reason: string;
  readonly at: string;
}

/** When the key was erased, or null. */
export type PrivacyState = { readonly erasedAt: string } | null;

/** As many ids as one append bears, which is a mebibyte. The orders beyond name the key themselves, in their first event. */
const maxNamedOrders = 20_000;

/** The key of a person: stream `privacy-{keyId}`. It is erased once. */
export const privacyDecider: Decider<EraseKey, PrivacyEvent, PrivacyState> = {
  initial: null,
  evolve: (state, event) => (event.type === 'PersonalDataErased' ? { erasedAt: event.data.erasedAt } : state),
  decide({ keyId, orderIds, reason, at }, state) {
    if (state) return nothing;
    const named = orderIds.slice(0, maxNamedOrders);
    return [{ type: 'PersonalDataErased', data: { keyId, orderIds: named, reason, erasedAt: at } }];
  },
};
