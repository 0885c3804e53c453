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
  goal?: string;
}
