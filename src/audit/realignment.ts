import { inSameOrder } from './alignment.js';
import type { Entry, Registered } from './register.js';

/** An event as it came, with what tells it from all others. */
export interface Marked {
  readonly mark: string;
  readonly event: Registered;
}

/** Events in a row that must agree where both sides go on alike. */
const agreement = 4;

/**
 * How much of both sides to pass over so that they agree again, as little as possible in all; negative when they never
 * do within the window.
 */
export function placeOfAgreement(
  expected: readonly Entry[],
  actual: readonly Marked[],
  exhausted: boolean,
  ended: boolean,
): [number, number] {
  const places = new Map(actual.map(({ mark }, index) => [mark, index]));
  let best: [number, number] = [-1, -1];
  let least = Number.POSITIVE_INFINITY;
  for (let x = 0; x < expected.length && x < least; x += 1) {
    const y = places.get(expected[x]?.mark ?? '');
    if (y === undefined || x + y >= least || !agrees(x, y)) continue;
    best = [x, y];
    least = x + y;
  }
  if (best[0] >= 0) return best;
  if (!exhausted && !ended) return best;
  // One side is at its end. What came that has a place in the rest of the register belongs to it.
  const known = new Set(expected.map(placeOf));
  const last = actual.findLastIndex(({ event }) => known.has(placeOf(event)));
  return [expected.length, exhausted ? last + 1 : actual.length];

  /** Both sides go on alike, or one of them ends. */
  function agrees(x: number, y: number): boolean {
    for (let step = 1; step < agreement; step += 1) {
      const [entry, marked] = [expected[x + step], actual[y + step]];
      if (!entry || !marked) return true;
      if (entry.mark !== marked.mark) return false;
    }
    return true;
  }
}

/** Tells what both sides have in the same order, which is as it was, from what only one of them has there. */
export function apart(expected: readonly Entry[], actual: readonly Marked[]) {
  const places = new Map<string, number>();
  for (const [index, { mark }] of actual.entries()) if (!places.has(mark)) places.set(mark, index);
  const pairs = expected.flatMap((entry, left) => {
    const right = places.get(entry.mark);
    const marked = right === undefined ? undefined : actual[right];
    if (right === undefined || !marked) return [];
    places.delete(entry.mark);
    // Where two changed places around others, the moved ones are those with another number or another place.
    const weight = 1 + Number(entry.revision === marked.event.revision) + Number(left === right);
    return [{ left, right, weight, entry, marked }];
  });
  const common = inSameOrder(pairs);
  const [lefts, rights] = [new Set(common.map(({ left }) => left)), new Set(common.map(({ right }) => right))];
  return {
    common,
    gone: expected.filter((_, index) => !lefts.has(index)),
    came: actual.filter((_, index) => !rights.has(index)),
  };
}

export function placeOf({ stream, revision }: { readonly stream: string; readonly revision: number }): string {
  return `${revision} ${stream}`;
}
