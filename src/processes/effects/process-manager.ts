import type { Projection } from '../../projections/runtime/projection.js';
import { reactionPrefixes, reactionsTo } from './reactions.js';
import type { EffectStore } from './store.js';

/**
 * The projection whose rows are the portal's debts: it inserts into `portal.effects` in its checkpoint's transaction and
 * is never rebuilt.
 *
 * @param onRequested called after the commit of new rows, so that they need not wait for the reconciler
 */
export function createEffectsProcessManager(store: EffectStore, onRequested: () => void): Projection {
  return {
    name: 'effects',
    version: 1,
    prefixes: reactionPrefixes,
    tables: [],
    rebuildable: false,
    async apply(events, tx) {
      const requests = events.flatMap((event) =>
        reactionsTo(event).map((request) => ({ ...request, causedBy: event.id })),
      );
      await store.request(requests, tx);
    },
    async afterCommit(events) {
      if (events.length > 0) onRequested();
    },
  };
}
