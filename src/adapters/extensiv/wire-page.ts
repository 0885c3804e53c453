import { CallFailure } from './call-failure.js';
import { isObject } from './error-body.js';
import { parseJson } from './json.js';
import { readPaging } from './schemas.js';

/** A page of a list as it came: what its rows mean is not looked at yet. */
export interface WirePage {
  readonly bytes: Buffer;
  /** How many rows it has. */
  readonly length: number;
  /** The first row as text, to tell pages apart by. */
  readonly first: string;
  /** What the whole list counts, or null when the warehouse does not say. */
  readonly total: number | null;
  /** The answer speaks of pages at all. */
  readonly paged: boolean;
  /** The page it says it is. */
  readonly number: number | null;
  /** Parsed again once let go: a page that is kept holds only bytes, which cost the garbage collector nothing. */
  rows(): readonly unknown[];
}

/** @throws CallFailure when the body holds no list */
export function readPage(body: unknown, bytes: Buffer): WirePage {
  const rows = rowsOf(body);
  const parsed = new WeakRef(rows);
  const page = {
    bytes,
    length: rows.length,
    first: textOfFirst(rows),
    rows: () => parsed.deref() ?? rowsOf(parseJson(bytes)),
  };
  if (Array.isArray(body)) return { ...page, total: null, paged: false, number: null };
  const { page: number, page_size, total } = readPaging(body);
  const paged = (number ?? page_size ?? total ?? null) !== null;
  return { ...page, total: countOf(total), paged, number: countOf(number) };
}

/** The names a list goes by; the first is the documented one. */
const listNames = ['data', 'items', 'inventory', 'products', 'orders'] as const;

function rowsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const lists = isObject(body) ? listNames.map((name) => body[name] ?? null) : [];
  const rows = lists.find(Array.isArray);
  if (rows !== undefined) return rows;
  // Some servers write an empty list as null or leave it out. Only the count tells it from an answer without the list.
  if (isObject(body) && lists.every((list) => list === null) && countOf(readPaging(body).total) === 0) return [];
  throw new CallFailure('unreadable', 'the warehouse sent no list');
}

function textOfFirst([first]: readonly unknown[]): string {
  return JSON.stringify(first) ?? '';
}

function countOf(value: number | string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
