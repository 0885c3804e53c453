/** Whether an answer is about what was asked for. One that leaves a name out, as stand-ins do, may be. */
export function isFor(asked: string, named: string | null | undefined): boolean {
  return named === undefined || named === null || named === asked;
}
