/** Longer text than this is no name, description or link. */
const MAX_LENGTH = 2000;

/** NUL, and halves of surrogate pairs: PostgreSQL stores neither. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text or a number as trimmed, storable text; null for anything else and for nothing. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const text = value.replace(UNSTORABLE, '').trim().slice(0, MAX_LENGTH);
  return text === '' ? null : text;
}

/** The first of some fields that holds something: the same fact has different names in different feeds. */
export function firstOf(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null && value !== '');
}
