import { Problem } from '../problems/problem.js';

/** The event streams a process has room for, in all and for one caller. */
export interface Places {
  /** @returns gives the place back @throws Problem too-many-streams */
  take(caller: string): () => void;
  taken(): number;
}

export function createPlaces(limits: { readonly streams: number; readonly streamsPerCaller: number }): Places {
  const held = new Map<string, number>();
  let all = 0;
  return {
    take(caller) {
      const own = held.get(caller) ?? 0;
      if (own >= limits.streamsPerCaller) {
        throw new Problem('too-many-streams', `A caller may hold ${limits.streamsPerCaller} event streams open.`);
      }
      if (all >= limits.streams) {
        throw new Problem('too-many-streams', 'This process has no room for another event stream.', {
          headers: { 'retry-after': '10' },
        });
      }
      held.set(caller, own + 1);
      all += 1;
      return () => {
        all -= 1;
        const left = (held.get(caller) ?? 1) - 1;
        if (left > 0) held.set(caller, left);
        else held.delete(caller);
      };
    },
    taken: () => all,
  };
}
