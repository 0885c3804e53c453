import { hash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';

// The package is CommonJS but declares an ES default export; this is what it really exports.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/**
 * Canonical JSON (RFC 8785): one text for all spellings of a value.
 *
 * @throws TypeError for a value that JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  // RFC 8785 takes numbers and strings from ECMAScript: with its members sorted a value has that text from JSON.stringify
  // too, in about half the package's time.
  const sorted = sortMembers(value);
  const text = sorted === unsortable ? canonicalize(value) : JSON.stringify(sorted);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
}

/** SHA-256 of a value's canonical JSON, in hexadecimal. */
export function hashOf(value: unknown): string {
  return hash('sha256', canonicalJson(value));
}

/** Stands for a value of which there is no copy with sorted members. */
const unsortable = Symbol('unsortable');

/** The value itself where its members are sorted already, as those of recorded events are; else a copy. */
function sortMembers(value: unknown): unknown {
  if (isSorted(value)) return value;
  if (typeof value !== 'object' || value === null) return unsortable;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const sorted = sortMembers(item);
      if (sorted === unsortable) return unsortable;
      items.push(sorted);
    }
    return items;
  }
  if (!isPlain(value)) return unsortable;
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const sorted = keepsItsPlace(name) ? sortMembers(value[name]) : unsortable;
    if (sorted === unsortable) return unsortable;
    members[name] = sorted;
  }
  return members;
}

/** Whether JSON.stringify gives the canonical text. False, too, for what it may be wrong about. */
function isSorted(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isSorted(item)) return false;
    return true;
  }
  if (!isPlain(value)) return false;
  let before = '';
  for (const name of Object.keys(value)) {
    if (name < before || !keepsItsPlace(name) || !isSorted(value[name])) return false;
    before = name;
  }
  return true;
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** Array indexes do not, they come first in every object; and one name sets the prototype. */
function keepsItsPlace(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first < digitZero || first > digitNine) && name !== '__proto__';
}

const digitZero = 0x30;
const digitNine = 0x39;
