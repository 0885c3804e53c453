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

/** Every SKU ever seen, listed or not; a few hundred bytes each. */
export async function loadSnapshotIndex(db: Knex): Promise<Map<string, SnapshotEntry>> {
  const rows = await select<{ sku: string; fingerprint: string; listed: boolean; unsettled_since: Date | null }>(
    db,
    'select sku, fingerprint, listed, unsettled_since from "read".products',
  );
  return new Map(
    rows.map(({ sku, fingerprint, listed, unsettled_since }) => [
      sku,
      { fingerprint, listed, unsettledSince: unsettled_since?.toISOString() ?? null },
    ]),
  );
}
