/** The id in a reference, which may have been expanded into the object itself. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}

/** Whether an answer is about what was asked for. One that leaves a name out, as stand-ins do, may be. */
export function isFor(asked: string, named: string | null | undefined): boolean {
  return named === undefined || named === null || named === asked;
}
