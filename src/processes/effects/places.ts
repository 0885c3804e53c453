import { EffectPostponed } from './effect.js';
import type { EffectHandler } from './performer.js';

/**
 * What waits for a place comes again several times as often as places become free, so that none stays empty, and so far apart,
 * milliseconds, that this is little work.
 */
const comesPerPlace = 4;
const apart = { atLeastMs: 10, atMostMs: 200 } as const;

/**
 * Places for the effects that ask one neighbour: where it takes connections and says nothing, those under way do not keep
 * every worker from the effects of others. What finds no place comes again later.
 *
 * @param count how many of them may be under way at once in this process
 */
export function createPlaces(count: number): (handler: EffectHandler) => EffectHandler {
  const underWay = new Set<{ readonly since: number }>();
  let lastTookMs = 0;
  let nextTurn = 0;

  function untilNextTurn(): number {
    const now = performance.now();
    const [oldest = { since: now }] = underWay;
    const placeTakesMs = Math.max(lastTookMs, now - oldest.since);
    const apartMs = Math.min(Math.max(placeTakesMs / count / comesPerPlace, apart.atLeastMs), apart.atMostMs);
    nextTurn = Math.max(nextTurn, now) + apartMs;
    return Math.ceil(nextTurn - now);
  }

  return (handler) => ({
    ...handler,
    async perform(effect, context) {
      if (underWay.size >= count) {
        throw new EffectPostponed(untilNextTurn(), 'others that ask the same neighbour are under way');
      }
      const place = { since: performance.now() };
      underWay.add(place);
      try {
        await handler.perform(effect, context);
      } finally {
        underWay.delete(place);
        lastTookMs = performance.now() - place.since;
      }
    },
  });
}
