import canonicalizeModule from 'canonicalize';

// The package is CommonJS but declares an ES default export; this is what it really exports.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/**
 * Canonical JSON (RFC 8785): one text for all spellings of a value.
 *
 * @throws TypeError for a value that JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
}
