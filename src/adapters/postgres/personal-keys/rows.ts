import { randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { BoxUnreadable, keyBytes } from '../../../commands/privacy/box.js';
import type { DataKey, PersonalKey } from '../../../commands/privacy/keys.js';
import type { MasterKeys } from './master-keys.js';

/** A key of a person: wrapped, or erased and empty. */
export interface Row {
  id: string;
  wrapped: Buffer | null;
  master: string | null;
  created_at: Date;
  retired_at: Date | null;
  erased_at: Date | null;
}

export const columns = 'id, wrapped, master, created_at, retired_at, erased_at';

/**
 * Statements of the pool may wait for locks, which these do not: events cannot be read without their keys, and must not be
 * held up for as long by a connection that leads nowhere.
 */
const quick = { query_timeout: 12_000 } as const;

export async function select(db: Knex, rest: string, bindings: readonly Knex.RawBinding[]): Promise<Row[]> {
  const query = db.raw<{ rows: Row[] }>(`select ${columns} from portal.personal_keys ${rest}`, bindings);
  const { rows } = await query.options(quick);
  return rows;
}

/** Makes a key for a person who has none in use. */
export async function insertKey(db: Knex, masters: MasterKeys, person: string): Promise<void> {
  const id = randomUUID();
  const { wrapped, master } = masters.wrap(randomBytes(keyBytes), id);
  const query = db.raw(
    `insert into portal.personal_keys (id, subject, wrapped, master) values (?, ?, ?, ?)
     on conflict (subject) where retired_at is null do nothing`,
    [id, person, wrapped, master],
  );
  await query.options(quick);
}

/** No id comes before it. */
export const lowestId = '00000000-0000-0000-0000-000000000000';

/**
 * Wraps some of the keys by the current master key, in the order of their ids. One that was damaged stays as it is.
 *
 * @returns how many, and the last id that was looked at, null when none was left
 */
export async function rewrapSome(
  db: Knex,
  masters: MasterKeys,
  after: string,
  limit: number,
): Promise<{ count: number; last: string | null }> {
  return db.transaction(async (tx) => {
    const where = 'where master <> ? and id > ? order by id limit ? for update';
    const rows = await select(tx, where, [masters.current, after, limit]);
    let count = 0;
    for (const row of rows) {
      const key = unwrapped(masters, row);
      if (!key || key === 'erased') continue;
      const { wrapped, master } = masters.wrap(key.secret, key.id);
      await tx.raw('update portal.personal_keys set wrapped = ?, master = ? where id = ?', [wrapped, master, key.id]);
      count += 1;
    }
    return { count, last: rows.at(-1)?.id ?? null };
  });
}

/** @returns null when it was damaged where it is kept: then nobody has it any more @throws MasterKeyMissing */
export function unwrapped(masters: MasterKeys, { id, wrapped, master }: Row): DataKey | 'erased' | null {
  if (wrapped === null || master === null) return 'erased';
  try {
    return { id, secret: masters.unwrap({ wrapped, master }, id) };
  } catch (error) {
    if (!(error instanceof BoxUnreadable)) throw error;
    return null;
  }
}

export function toPersonalKey(row: Row): PersonalKey {
  return {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    retiredAt: row.retired_at?.toISOString() ?? null,
    erasedAt: row.erased_at?.toISOString() ?? null,
  };
}
