import type { Projection } from '../../projections/runtime/projection.js';
import { reactionPrefixes, reactionsTo } from './reactions.js';
import type { EffectStore } from './store.js';

/**
 * The projection whose rows are the portal's debts: it inserts into `portal.effects` in its checkpoint's transaction and
 * is never rebuilt.
 */
export function createEffectsProcessManager(store: EffectStore): Projection {
  return {
    name: 'effects',
    version: 1,
    prefixes: reactionPrefixes,
    tables: [],
    rebuildable: false,
    async apply(events, tx) {
      const requests = events.flatMap((event) =>
        reactionsTo(event).map((reaction) => ({ ...reaction, causedBy: event.id })),
      );
      await store.request(requests, tx);
    },
  };
}
