/** A cached fact together with the sync it dates from. */
export interface Dated<T> {
  readonly asOf: string | null;
  readonly value: T;
}
