import type { Knex } from 'knex';
import { asSku, type Sku } from '../../domain/shared/ids.js';
import { select } from './sql.js';

/** What a sync needs to know of a SKU to decide whether its stream can be left alone. */
export interface SnapshotEntry {
  /** From 0, each entry another. */
  readonly place: number;
  /** See `snapshotFingerprint`. */
  readonly fingerprint: string;
  readonly listed: boolean;
  /** The warehouse had some at the last snapshot, reserved or not. */
  readonly inStock: boolean;
  /** It has a reservation of an exported order, which a snapshot may settle: the stream cannot be left alone. */
  readonly unsettled: boolean;
}

/** Control characters that no SKU on sale has; one that had them would only be looked at by every sync. */
const fieldEnd = '\u001f';
const rowEnd = '\u001e';

/**
 * Every SKU ever seen, listed or not; a few hundred bytes each. They come as one text: a hundred thousand rows of their
 * own would take the driver several times as long.
 */
export async function loadSnapshotIndex(db: Knex): Promise<Map<Sku, SnapshotEntry>> {
  const [row] = await select<{ index: string | null }>(
    db,
    `select string_agg(concat_ws(?::text, sku, fingerprint, listed::int, (stock > 0)::int, (unsettled_since is not null)::int),
       ?::text) as index
     from "read".products`,
    [fieldEnd, rowEnd],
  );
  return readIndex(row?.index ?? '');
}

/** When the last snapshot was requested that has changed anything, as its process said. Reads every row. */
export async function loadLatestSnapshotAt(db: Knex): Promise<string | null> {
  const [row] = await select<{ latest: string | null }>(
    db,
    `select max(state #>> '{item,lastSnapshotAt}') as latest from "read".products`,
  );
  return row?.latest ?? null;
}

/** Cuts the text at its ends, without a list of all rows and fields on the way. */
function readIndex(text: string): Map<Sku, SnapshotEntry> {
  const index = new Map<Sku, SnapshotEntry>();
  let [start, place] = [0, 0];
  const field = (end: number): string => {
    const value = text.slice(start, end);
    start = end + 1;
    return value;
  };
  while (start < text.length) {
    const found = text.indexOf(rowEnd, start);
    const end = found === -1 ? text.length : found;
    const sku = field(text.indexOf(fieldEnd, start));
    const fingerprint = field(text.indexOf(fieldEnd, start));
    const listed = field(start + 1) === '1';
    const inStock = field(start + 1) === '1';
    const unsettled = field(end) === '1';
    index.set(asSku(sku), { place, fingerprint, listed, inStock, unsettled });
    place += 1;
  }
  return index;
}
