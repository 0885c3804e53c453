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
