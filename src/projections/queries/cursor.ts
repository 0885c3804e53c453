/** The cursor is not one that this query has given out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  constructor() {
    super('the cursor is not valid for this query');
  }
}

/** Longer ones were not made here. */
const maxLength = 2_000;

/** Packs the keyset of a page's last row; opaque to clients. `kind` ties it to one query and one order of rows. */
export function encodeCursor(kind: string, keyset: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([kind, ...keyset])).toString('base64url');
}

/**
 * @param shape what each part must match
 * @throws InvalidCursor for anything that {@link encodeCursor} has not made for this kind
 */
export function decodeCursor(kind: string, cursor: string, shape: readonly RegExp[]): string[] {
  if (cursor.length > maxLength || !/^[\w-]+$/.test(cursor)) throw new InvalidCursor();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
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
