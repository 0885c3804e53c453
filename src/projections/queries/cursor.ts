import { createHash } from 'node:crypto';

/** The cursor is not one that this query has given out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  constructor() {
    super('the cursor is not valid for this query');
  }
}

/**
 * Longer ones were not made here. A product's name and SKU can be part of one, in the longest way that JSON has to write
 * them.
 */
export const maxCursorLength = 8_000;

/** Enough that no two filters in use meet; a chance meeting only lets a page through. */
const filterDigestLength = 12;

/**
 * What a cursor is tied to: one query in one order of rows, and the filter it was made under. Under another filter its
 * place means nothing: rows would be left out without a word.
 * @param filter without limit and cursor; its values in one spelling
 */
export function cursorKind(query: string, filter: Readonly<Record<string, string | boolean | undefined>>): string {
  const given = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (given.length === 0) return query;
  const digest = createHash('sha256').update(JSON.stringify(given)).digest('base64url');
  return `${query}?${digest.slice(0, filterDigestLength)}`;
}

/**
 * The rows of a page, and the cursor of the next one, if there is one.
 * @param rows one more than `limit` where there are so many
 */
export function cutPage<Row>(
  kind: string,
  rows: readonly Row[],
  limit: number,
  keysetOf: (last: Row) => readonly (string | number)[],
): { shown: readonly Row[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { shown, nextCursor: last && rows.length > limit ? encodeCursor(kind, keysetOf(last)) : null };
}

/** Packs the keyset of a page's last row; opaque to clients. `kind` is a {@link cursorKind}. */
export function encodeCursor(kind: string, keyset: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([kind, ...keyset])).toString('base64url');
}

/**
 * @param shape what each part must match
 * @throws InvalidCursor for anything that {@link encodeCursor} has not made for this kind
 */
export function decodeCursor(kind: string, cursor: string, shape: readonly RegExp[]): string[] {
  const json = Buffer.from(cursor, 'base64url');
  // What is no base64url is passed over when it is read.
  if (cursor.length > maxCursorLength || json.toString('base64url') !== cursor) throw new InvalidCursor();
  let parts: unknown;
  try {
    parts = JSON.parse(json.toString('utf8'));
  } catch {
    throw new InvalidCursor();
  }
  if (!Array.isArray(parts) || parts.length !== shape.length + 1 || parts[0] !== kind) throw new InvalidCursor();
  return shape.map((pattern, index) => {
    const part: unknown = parts[index + 1];
    const text = typeof part === 'number' ? String(part) : part;
    // PostgreSQL takes no NUL in text.
    if (typeof text !== 'string' || text.includes('\0') || !pattern.test(text)) throw new InvalidCursor();
    return text;
  });
}
