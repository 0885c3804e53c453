import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import { type BrandId as BrandIdText, maxSkuLength, type Sku as SkuText } from '../../domain/shared/ids.js';
import { instantPattern } from '../../domain/shared/instant.js';
import { maxCursorLength } from '../../projections/queries/cursor.js';
import { maxPageSize } from '../../projections/queries/sql.js';

/** Vocabulary of the API's schemas. */

/**
 * Text a person wrote: at least one visible character, no control characters and no lone surrogates, neither of which
 * PostgreSQL can store.
 */
export function text(maxLength: number, options: { description?: string; examples?: string[] }) {
  return Type.String({ minLength: 1, maxLength, pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$', ...options });
}

/** Text of a request that may be empty, null or left out. */
export function maybeText(maxLength: number, description: string, example: string) {
  return Type.Optional(
    Type.Unsafe<string | null>({
      type: ['string', 'null'],
      maxLength,
      pattern: '^[^\\p{Cc}\\p{Cs}]*$',
      description,
      examples: [example],
    }),
  );
}

/** Text of an answer: what it means, and one that is typical. */
export function phrase(description: string, example: string) {
  return Type.String({ description, examples: [example] });
}

/** A whole number of an answer: what it counts, and one that is typical. */
export function count(description: string, example: number) {
  return Type.Integer({ description, examples: [example] });
}

/** One of a few words. */
export function choice<const Words extends readonly string[]>(
  words: Words,
  options: { description?: string; default?: Words[number]; examples?: Words[number][] },
): TUnsafe<Words[number]> {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });
}

export function nullableString(options: { description?: string; examples?: string[] }): TUnsafe<string | null> {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...options });
}

export function nullableInteger(options: { description?: string; examples?: number[] }): TUnsafe<number | null> {
  return Type.Unsafe<number | null>({ type: ['integer', 'null'], ...options });
}

/** An amount: what it is for, and one that is typical. */
export function money(description: string, example: number) {
  return Type.Integer({ description: `${description}, in minor units (cents)`, examples: [example] });
}

/** How an amount is split between a brand and the platform. */
export const split = {
  gross: money('What the goods cost', 5000),
  brandShare: money("The brand's part", 3500),
  platformShare: money("The platform's part", 1500),
};

export const Currency = Type.String({ description: 'ISO 4217', examples: ['USD'] });
export const Instant = Type.String({
  description: 'ISO 8601 UTC with milliseconds',
  examples: ['2026-03-01T09:30:00.000Z'],
});
export const NullableInstant = nullableString({
  description: 'ISO 8601 UTC with milliseconds, or null',
  examples: ['2026-03-01T09:45:00.000Z'],
});

/** What several answers name, in the same words. */
export const Sku = phrase('The stock keeping unit', 'VTH-HON-0001');
export const OrderId = phrase('The id of the order', '0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20');
export const OrderNumber = phrase('What people call the order', 'VL-K7QF-2M8D-4XRA');
export const BrandId = phrase('The id of the brand', 'vitalhemp');
export const BrandName = phrase('The name of the brand', 'VitalHemp');
export const NextCursor = nullableString({
  description: 'Send it back as `cursor`, with the same filter, for the next page; null on the last one',
  examples: ['eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0'],
});

/** An id, SKU or order number in an address. */
export function key(description: string, example: string) {
  return text(maxSkuLength, { description, examples: [example] });
}

/** The id of a brand in a request. */
export function brandKey(description: string) {
  return Type.Unsafe<BrandIdText>(key(description, 'vitalhemp'));
}

export const OrderKey = key('Id or number of the order', 'VL-K7QF-2M8D-4XRA');
export type SkuKey = Static<typeof SkuKey>;
export const SkuKey = skuKey('The SKU');

/** A SKU in a request. */
export function skuKey(description: string) {
  return Type.Unsafe<SkuText>(key(description, 'VTH-HON-0001'));
}

/** How many of something a page has. @param usual for whoever does not say */
export function pageLimit(
  what: string,
  { maximum, usual, example }: { maximum: number; usual: number; example: number },
) {
  return Type.Integer({ minimum: 1, maximum, default: usual, description: `${what} of one page`, examples: [example] });
}

/** Usually enough for a screen. */
export const PageLimit = pageLimit('Rows', { maximum: maxPageSize, usual: 50, example: 50 });

export const Cursor = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: maxCursorLength,
    pattern: '^[\\x21-\\x7e]+$',
    description: '`nextCursor` of the page before',
    examples: ['eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0'],
  }),
);

/** A date or a moment in a query string; a date alone is its first moment in UTC. */
export function queryInstant(description: string) {
  return Type.Optional(
    Type.String({
      pattern: `^${instantPattern}$`,
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
      examples: ['48211/48211'],
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
  asOf: nullableString({
    description: 'When the last successful sync with the warehouse ended, ISO 8601 UTC; null before the first',
    examples: ['2026-03-01T09:30:00.000Z'],
  }),
  warning: Type.Optional(
    phrase('Why the stock may be out of date', 'no successful sync since 2026-03-01T09:30:00.000Z'),
  ),
};

/** An object that takes no other keys. */
export function closed<Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: { description?: string } = {},
) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** The header under which a client may repeat a request that makes something. */
export function idempotencyKey(description: string, example: string) {
  return Type.Optional(
    Type.String({
      pattern: '^[\\x20-\\x7e]{1,255}$',
      description: `${description}; 1 to 255 printable ASCII characters`,
      examples: [example],
    }),
  );
}
