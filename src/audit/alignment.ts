/** One thing that two lists have, `left` and `right` being where. */
export interface Pair {
  readonly left: number;
  readonly right: number;
  /** Positive; how much speaks against this being the one that was moved. */
  readonly weight: number;
}

/**
 * The heaviest choice of pairs that stand in the same order in both lists: what is left over was moved.
 *
 * @param pairs by `left`, each place in at most one of them
 */
export function inSameOrder<P extends Pair>(pairs: readonly P[]): P[] {
  const size = Math.max(0, ...pairs.map(({ right }) => right + 1));
  // A Fenwick tree over the places on the right: which pair ends the heaviest choice that ends before a place.
  const best: (Choice<P> | undefined)[] = new Array(size + 1);
  let heaviest: Choice<P> | undefined;
  for (const pair of pairs) {
    let before: Choice<P> | undefined;
    for (let at = pair.right; at > 0; at -= at & -at) before = heavier(before, best[at]);
    const choice = { pair, before, total: pair.weight + (before?.total ?? 0) };
    for (let at = pair.right + 1; at <= size; at += at & -at) best[at] = heavier(best[at], choice);
    heaviest = heavier(heaviest, choice);
  }
  const chosen: P[] = [];
  for (let choice = heaviest; choice; choice = choice.before) chosen.push(choice.pair);
  return chosen.reverse();
}

interface Choice<P> {
  readonly pair: P;
  readonly before: Choice<P> | undefined;
  readonly total: number;
}

function heavier<P>(a: Choice<P> | undefined, b: Choice<P> | undefined): Choice<P> | undefined {
  return b && b.total > (a?.total ?? 0) ? b : a;
}
