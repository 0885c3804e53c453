/** Longer text than this is no name, description or link. */
const MAX_LENGTH = 2000;

/** NUL, and halves of surrogate pairs: PostgreSQL stores neither. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What text must hold to be worth a look for the above; almost none does, and a snapshot has a million texts. */
const SUSPICIOUS = /[\0\ud800-\udfff]/;

/** Text or a number as trimmed, storable text; null for anything else and for nothing. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const storable = SUSPICIOUS.test(value) ? value.replace(UNSTORABLE, '') : value;
  const text = storable.trim().slice(0, MAX_LENGTH);
  return text === '' ? null : text;
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
