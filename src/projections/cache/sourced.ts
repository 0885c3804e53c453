import type { Clock } from '../../commands/ports.js';
import type { Sourced } from '../queries.js';
import type { Dated } from './dated.js';

/**
 * Says where an answer comes from, and warns when no sync has succeeded for longer than the cache's life. An entry that
 * the cache keeps in memory, or that many have waited for, gives the same object again as long as it says the same, so
 * that work on it is done once.
 */
export function createSourced(clock: Clock, staleAfterSeconds: number) {
  const given = new WeakMap<Dated<unknown>, { fresh: boolean; shown: Sourced<unknown> }>();

  return <T, Shown>(
    answer: { value: Dated<T>; from: 'cache' | 'database' },
    show: (value: T) => Shown,
  ): Sourced<Shown> => {
    const { asOf } = answer.value;
    const fresh = asOf !== null && clock.now().getTime() - Date.parse(asOf) <= staleAfterSeconds * 1_000;
    const before = given.get(answer.value);
    if (before?.fresh === fresh) return before.shown as Sourced<Shown>;
    const shown = say(answer, fresh, show);
    given.set(answer.value, { fresh, shown });
    return shown;
  };

  function say<T, Shown>(
    answer: { value: Dated<T>; from: 'cache' | 'database' },
    fresh: boolean,
    show: (value: T) => Shown,
  ): Sourced<Shown> {
    const { asOf, value } = answer.value;
    if (fresh) return { ...show(value), source: answer.from, asOf };
    const warning =
      asOf === null
        ? 'No inventory sync has succeeded yet; stock may differ from the warehouse.'
        : `No inventory sync has succeeded since ${asOf}; stock may differ from the warehouse.`;
    return { ...show(value), source: 'stale_cache', asOf, warning };
  }
}
