/** An order's revision is its version: the same revision, the same order. */
export function revisionTag(revision: number): string {
  return `"${revision}"`;
}

/** Whether the caller has this version already (RFC 9110, 13.1.2: weak comparison, any of a list). */
export function alreadyHeld(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => {
    const candidate = one.trim();
    return candidate === '*' || candidate.replace(/^W\//, '') === tag;
  });
}
