import type { Knex } from 'knex';
import { select } from './sql.js';

/** What a sync needs to know of a SKU to decide whether its stream can be left alone. */
export interface SnapshotEntry {
  /** See `snapshotFingerprint`. */
  readonly fingerprint: string;
  readonly listed: boolean;
  /** A snapshot requested after this settles a reservation, so the stream cannot be left alone. ISO 8601, or null. */
  readonly unsettledSince: string | null;
}

/** Control characters that no SKU on sale has; one that had them would only be looked at by every sync. */
const fieldEnd = '\u001f';
const rowEnd = '\u001e';

/**
 * Every SKU ever seen, listed or not; a few hundred bytes each. They come as one text: a hundred thousand rows of their
 * own would take the driver several times as long.
 */
export async function loadSnapshotIndex(db: Knex): Promise<Map<string, SnapshotEntry>> {
  const [row] = await select<{ index: string | null }>(
    db,
    `select string_agg(concat_ws(?::text, sku, fingerprint, listed::int,
       to_char(unsettled_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), ?::text) as index
     from "read".products`,
    [fieldEnd, rowEnd],
  );
  const index = new Map<string, SnapshotEntry>();
  if (!row?.index) return index;
  for (const text of row.index.split(rowEnd)) {
    const [sku = '', fingerprint = '', listed = '', unsettledSince = null] = text.split(fieldEnd);
    index.set(sku, { fingerprint, listed: listed === '1', unsettledSince });
  }
  return index;
}
