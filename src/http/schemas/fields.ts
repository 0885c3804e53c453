import { type TSchema, type TUnsafe, Type } from 'typebox';

/** Vocabulary of the API's schemas. */

/**
 * Text a person wrote: no control characters and no lone surrogates, neither of which PostgreSQL can store, and, unless
 * `blank` is allowed, at least one visible character.
 */
export function text(maxLength: number, options: { blank?: boolean; description?: string; examples?: string[] } = {}) {
  const { blank = false, ...rest } = options;
  return Type.String({
    ...(blank ? {} : { minLength: 1 }),
    maxLength,
    pattern: blank ? '^[^\\p{Cc}\\p{Cs}]*$' : '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$',
    ...rest,
  });
}

/** One of a few words. */
export function choice<const Words extends readonly string[]>(
  words: Words,
  options: { description?: string; default?: Words[number] } = {},
): TUnsafe<Words[number]> {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });
}

export function nullableString(options: { description?: string; examples?: string[] } = {}): TUnsafe<string | null> {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...options });
}

export function nullableInteger(options: { description?: string } = {}): TUnsafe<number | null> {
  return Type.Unsafe<number | null>({ type: ['integer', 'null'], ...options });
}

export const Money = Type.Integer({ description: 'Minor units (cents)', examples: [129900] });
export const Currency = Type.String({ description: 'ISO 4217', examples: ['USD'] });
export const Instant = Type.String({
  description: 'ISO 8601 UTC with milliseconds',
  examples: ['2026-03-01T09:30:00.000Z'],
});
export const NullableInstant = nullableString({ description: 'ISO 8601 UTC with milliseconds, or null' });

/** An id, SKU or order number in an address. */
export const Key = text(128);

const PAGE_LIMIT_MAX = 200;
const PAGE_LIMIT_DEFAULT = 50;

/** Rows of one page: large enough for a screen, small enough for one quick query. */
export const PageLimit = Type.Integer({
  minimum: 1,
  maximum: PAGE_LIMIT_MAX,
  default: PAGE_LIMIT_DEFAULT,
  description: 'Rows of one page',
});

export const Cursor = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 512,
    pattern: '^[\\x21-\\x7e]+$',
    description: '`nextCursor` of the page before',
  }),
);

/** A date or a moment in a query string; a date alone is its first moment in UTC. */
export function queryInstant(description: string) {
  return Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
      maxLength: 40,
      description,
      examples: ['2026-03-01', '2026-03-01T09:30:00Z'],
    }),
  );
}

/** Headers of reads. */
export const ReadHeaders = Type.Object({
  'x-min-event-position': Type.Optional(
    Type.String({
      maxLength: 64,
      description: '`X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it',
    }),
  ),
});

/** Where an answer comes from and how old its facts are. */
export const sourced = {
  source: choice(['cache', 'database', 'stale_cache', 'events'], {
    description:
      '`stale_cache`: no sync has succeeded for longer than the cache lives; `warning` says since when. `events`: as of ' +
      'a moment of the past',
  }),
  asOf: NullableInstant,
  warning: Type.Optional(Type.String()),
};

/** Types a list: `{items, ...}` without unknown keys. */
export function closed<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}
