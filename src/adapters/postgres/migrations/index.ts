import type { Knex } from 'knex';
import { projections } from './001-projections.js';
import { effects } from './002-effects.js';
import { apiKeys } from './003-api-keys.js';
import { personalKeys } from './004-personal-keys.js';
import { sealWitness } from './005-seal-witness.js';
import { parkedTold } from './006-parked-told.js';
import { lastEvents } from './007-last-events.js';
import { effectsDue } from './008-effects-due.js';
import { webhooksParked } from './009-webhooks-parked.js';
import { firstFill } from './010-first-fill.js';
import { tracesOfOrders } from './011-traces-of-orders.js';

/** Every migration by name, applied in the order of their names. A released one never changes. */
export const migrations: Readonly<Record<string, Knex.Migration>> = {
  '001-projections': projections,
  '002-effects': effects,
  '003-api-keys': apiKeys,
  '004-personal-keys': personalKeys,
  '005-seal-witness': sealWitness,
  '006-parked-told': parkedTold,
  '007-last-events': lastEvents,
  '008-effects-due': effectsDue,
  '009-webhooks-parked': webhooksParked,
  '010-first-fill': firstFill,
  '011-traces-of-orders': tracesOfOrders,
};
