/** One measurement beside its reference, both taken in the same run. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What `referenceValue` is the figure of. */
  reference: string;
  referenceValue: number;
  /** `value / referenceValue` */
  ratio: number;
  /** The smallest and the largest ratio when it was measured several times; `ratio` is the median then. */
  spread?: [number, number];
  goal?: string;
}

/** What a benchmark may be told on the command line. */
export interface BenchOptions {
  /** Events in the store, instead of the benchmark's own number. */
  readonly events?: number;
}

/** One measurement beside its reference, both taken in turn. */
export interface Round {
  readonly value: number;
  readonly referenceValue: number;
}

/** The row of a measurement that was taken once or several times. */
export function row(
  about: Pick<BenchRow, 'name' | 'unit' | 'reference' | 'goal'>,
  ...rounds: readonly Round[]
): BenchRow {
  const sorted = rounds
    .map((round) => ({ ...round, ratio: round.value / round.referenceValue }))
    .sort((a, b) => a.ratio - b.ratio);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (!least || !middle || !most) throw new Error('nothing was measured');
  return { ...about, ...middle, ...(rounds.length > 1 ? { spread: [least.ratio, most.ratio] } : {}) };
}
