import { type Decider, type Decision, nothing, reject } from '../shared/decider.js';
import { wholeInBasisPoints } from '../shared/event-schema.js';
import type { BrandId } from '../shared/ids.js';
import { maxBrandIdLength } from './brand-id.js';
import type { BrandEvent } from './events.js';

export type BrandCommand = RegisterBrand | OverrideShare;

interface RegisterBrand {
  readonly type: 'RegisterBrand';
  readonly brandId: BrandId;
  readonly name: string;
  readonly at: string;
}

interface OverrideShare {
  readonly type: 'OverrideShare';
  /** Null returns the brand to the default rule. */
  readonly brandShareBps: number | null;
  readonly reason: string | null;
  readonly at: string;
}

/** A brand, or null before it is registered. */
export type BrandState = {
  readonly brandId: BrandId;
  readonly name: string;
  readonly brandShareBps: number | null;
} | null;

/** A brand: stream `brand-{brandId}`. */
export const brandDecider: Decider<BrandCommand, BrandEvent, BrandState> = { initial: null, evolve, decide };

function evolve(state: BrandState, event: BrandEvent): BrandState {
  switch (event.type) {
    case 'BrandRegistered':
      return state ?? { brandId: event.data.brandId, name: event.data.name, brandShareBps: null };
    case 'BrandShareOverridden':
      return state && { ...state, brandShareBps: event.data.brandShareBps };
    default:
      return state;
  }
}

function decide(command: BrandCommand, state: BrandState): Decision<BrandEvent> {
  switch (command.type) {
    case 'RegisterBrand':
      return register(command, state);
    case 'OverrideShare':
      return overrideShare(command, state);
  }
}

/** The first spelling of the name stays. */
function register({ brandId, name, at }: RegisterBrand, state: BrandState): Decision<BrandEvent> {
  if (state) return nothing;
  if (brandId === '' || name === '') return reject('invalid-command', 'a brand has an id and a name');
  if (brandId.length > maxBrandIdLength) return reject('invalid-command', 'the name of the brand is too long');
  return [{ type: 'BrandRegistered', data: { brandId, name, registeredAt: at } }];
}

function overrideShare({ brandShareBps, reason, at }: OverrideShare, state: BrandState): Decision<BrandEvent> {
  if (!state) return reject('not-found', 'there is no such brand');
  if (brandShareBps !== null && !isShare(brandShareBps)) {
    return reject('invalid-command', `a share is 0 to ${wholeInBasisPoints} basis points`, { brandShareBps });
  }
  if (brandShareBps === state.brandShareBps) return nothing;
  return [{ type: 'BrandShareOverridden', data: { brandShareBps, reason, overriddenAt: at } }];
}

function isShare(basisPoints: number): boolean {
  return Number.isInteger(basisPoints) && basisPoints >= 0 && basisPoints <= wholeInBasisPoints;
}
