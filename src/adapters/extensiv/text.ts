/** Longer text than this is no name, description or link. */
const usualMaxLength = 2000;

/** NUL, and halves of surrogate pairs: PostgreSQL stores neither. */
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What text must hold to be worth a look for the above; almost none does, and a snapshot has a million texts. */
const suspicious = /[\0\ud800-\udfff]/;

/** Text or a number as trimmed, storable text; null for anything else and for nothing. */
export function textOf(value: unknown, maxLength = usualMaxLength): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  // Cut first: a cut can leave half a pair.
  const text = value.trim().slice(0, maxLength);
  const storable = suspicious.test(text) ? text.replace(unstorable, '').trim() : text;
  return storable === '' ? null : storable;
}

/** The first of some fields that holds something: the same fact has different names in different feeds. */
export function firstOf(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined && value !== null && !isBlank(value)) return value;
  }
  return undefined;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}
