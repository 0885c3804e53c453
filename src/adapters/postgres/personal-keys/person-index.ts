import { createHmac, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { keyBytes } from '../../../commands/privacy/box.js';
import type { MasterKeys, WrappedKey } from './master-keys.js';

const place = 'index key';

/** The keyed hashes that persons stand under: the same for ever, whatever becomes of the master key. */
export function createPersonIndex(db: Knex, masters: MasterKeys) {
  let known: Promise<Buffer> | null = null;

  function key(): Promise<Buffer> {
    known ??= loadKey(db, masters).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  }

  return {
    /** @throws when no master key opens the key of the index */
    async ready(): Promise<void> {
      await key();
    },
    /** In hexadecimal. */
    async hashOf(subject: string): Promise<string> {
      return createHmac('sha256', await key())
        .update(subject)
        .digest('hex');
    },
    /** Wraps the key by the current master key. */
    async rewrap(): Promise<void> {
      await key();
      await db.transaction(async (tx) => {
        const { rows } = await tx.raw<{ rows: WrappedKey[] }>(
          'select wrapped, master from portal.personal_index_key for update',
        );
        const [kept] = rows;
        if (!kept || kept.master === masters.current) return;
        const { wrapped, master } = masters.wrap(masters.unwrap(kept, place), place);
        await tx.raw('update portal.personal_index_key set wrapped = ?, master = ?', [wrapped, master]);
      });
    },
  };
}

async function loadKey(db: Knex, masters: MasterKeys): Promise<Buffer> {
  const load = async () => {
    const { rows } = await db.raw<{ rows: WrappedKey[] }>('select wrapped, master from portal.personal_index_key');
    return rows[0] && masters.unwrap(rows[0], place);
  };
  const kept = await load();
  if (kept) return kept;
  const { wrapped, master } = masters.wrap(randomBytes(keyBytes), place);
  await db.raw('insert into portal.personal_index_key (wrapped, master) values (?, ?) on conflict do nothing', [
    wrapped,
    master,
  ]);
  const made = await load();
  if (!made) throw new Error('the key of the index of persons was not kept');
  return made;
}
