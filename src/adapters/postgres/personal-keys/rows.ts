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

export async function select(db: Knex, rest: string, bindings: readonly Knex.RawBinding[]): Promise<Row[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(`select ${columns} from portal.personal_keys ${rest}`, bindings);
  return rows;
}

/** Makes a key for a person who has none in use. */
export async function insertKey(db: Knex, masters: MasterKeys, person: string): Promise<void> {
  const id = randomUUID();
  const { wrapped, master } = masters.wrap(randomBytes(keyBytes), id);
  await db.raw(
    `insert into portal.personal_keys (id, subject, wrapped, master) values (?, ?, ?, ?)
     on conflict (subject) where retired_at is null do nothing`,
    [id, person, wrapped, master],
  );
}

/** Wraps some of the keys by the current master key. @returns how many; 0 when none is left */
export async function rewrapSome(db: Knex, masters: MasterKeys, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await select(tx, 'where master <> ? order by id limit ? for update', [masters.current, limit]);
    for (const { id, wrapped, master } of rows) {
      if (wrapped === null || master === null) continue;
      const anew = masters.wrap(masters.unwrap({ wrapped, master }, id), id);
      await tx.raw('update portal.personal_keys set wrapped = ?, master = ? where id = ?', [
        anew.wrapped,
        anew.master,
        id,
      ]);
    }
    return rows.length;
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
