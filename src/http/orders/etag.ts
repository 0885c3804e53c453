/** An order's revision is its version: the same revision, the same order. */
export function revisionTag(revision: number): string {
  return `"${revision}"`;
}

/**
 * The tag of this version that the caller has already (RFC 9110, 13.1.2: weak comparison, any of a list), whatever the
 * coding it was sent in.
 * @returns null when the caller has another version, or none
 */
export function heldTag(ifNoneMatch: string | undefined, tag: string): string | null {
  for (const candidate of tagsIn(ifNoneMatch)) {
    if (candidate === '*') return tag;
    const strong = candidate.replace(/^W\//, '');
    if (withoutCoding(strong) === tag) return strong;
  }
  return null;
}

/**
 * The revisions at which a change is meant (RFC 9110, 13.1.1: strong comparison, any of a list), whatever the coding
 * their tags were sent in.
 * @returns undefined without a condition: `*` asks only that there is an order, without which nothing changes anyway
 */
export function meantRevisions(ifMatch: string | undefined): bigint[] | undefined {
  const tags = tagsIn(ifMatch);
  if (ifMatch === undefined || tags.includes('*')) return undefined;
  return tags.flatMap((tag) => {
    const revision = /^"(0|[1-9]\d{0,14})"$/.exec(withoutCoding(tag))?.[1];
    return revision === undefined ? [] : [BigInt(revision)];
  });
}

function tagsIn(header: string | undefined): string[] {
  return header === undefined ? [] : header.split(',').map((one) => one.trim());
}

/** `"7-gzip"` and `"7"` are the same version in different bytes. */
function withoutCoding(tag: string): string {
  return tag.replace(/-(br|gzip)"$/, '"');
}
