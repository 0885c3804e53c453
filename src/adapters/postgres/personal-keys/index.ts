import type { Knex } from 'knex';
import { validate as isUuid } from 'uuid';
import { type KeyRegister, PersonalKeyDamaged, type PersonalKeys } from '../../../commands/privacy/keys.js';
import { createMasterKeys } from './master-keys.js';
import { createPersonIndex } from './person-index.js';
import { lockForRetiring, lockInUse } from './person-locks.js';
import { insertKey, lowestId, rewrapSome, select, toPersonalKey, unwrapped } from './rows.js';

/** Keys taken up in one step of a change of the master key. */
const rewrapPage = 500;
/** Keys opened in one step. */
const tryPage = 5_000;

/**
 * {@link PersonalKeys} and {@link KeyRegister} over `portal.personal_keys`. Persons stand there as keyed hashes, keys
 * wrapped by the master key, and no key is kept in memory.
 *
 * @param locks a pool of one connection that stays open: its session holds the locks of all events being written
 * @param master 32 bytes each, base64; the first wraps, all unwrap
 */
export function createPersonalKeys(deps: {
  db: Knex;
  locks: Knex;
  master: readonly string[];
}): PersonalKeys & KeyRegister {
  const { db, locks } = deps;
  const masters = createMasterKeys(deps.master);
  const index = createPersonIndex(db, masters);

  return {
    async using(subject, work) {
      const person = await index.hashOf(subject);
      const lock = await lockInUse(locks, person);
      let { row } = lock;
      try {
        if (!row) {
          await insertKey(db, masters, person);
          // Nobody retires it while it is locked.
          [row] = await select(db, 'where subject = ? and retired_at is null', [person]);
        }
        const key = row && unwrapped(masters, row);
        if (!key || key === 'erased') throw new PersonalKeyDamaged(row?.id);
        return await work(key);
      } finally {
        lock.release();
      }
    },
    async find(ids) {
      // A forged event can name anything, and must not keep those that are read with it from being read.
      const rows = await select(db, 'where id = any(?)', [ids.filter(isUuid)]);
      return new Map(
        rows.flatMap((row) => {
          const key = unwrapped(masters, row);
          return key ? [[row.id, key] as const] : [];
        }),
      );
    },

    ready: index.ready,
    async ofSubjects(subjects) {
      const persons = await Promise.all(subjects.map(index.hashOf));
      return (await select(db, 'where subject = any(?) order by created_at', [persons])).map(toPersonalKey);
    },
    async get(id) {
      const [row] = await select(db, 'where id = ?', [id]);
      return row ? toPersonalKey(row) : null;
    },
    async retire(ids) {
      for (const id of ids) {
        await db.transaction(async (tx) => {
          const { rows } = await tx.raw<{ rows: { subject: string | null }[] }>(
            'select subject from portal.personal_keys where id = ?',
            [id],
          );
          if (rows[0]?.subject) await lockForRetiring(tx, rows[0].subject);
          await tx.raw('update portal.personal_keys set retired_at = now() where id = ? and retired_at is null', [id]);
        });
      }
    },
    async destroy(id) {
      await db.raw(
        `insert into portal.personal_keys (id, retired_at, erased_at) values (?, now(), now())
         on conflict (id) do update set subject = null, wrapped = null, master = null,
           retired_at = coalesce(personal_keys.retired_at, now()), erased_at = coalesce(personal_keys.erased_at, now())`,
        [id],
      );
      // An update leaves the former row on disk until it is cleaned up.
      await db.raw('vacuum portal.personal_keys').catch(() => undefined);
    },
    async rewrap(onProgress = () => undefined) {
      await index.rewrap();
      let done = 0;
      let after: string | null = lowestId;
      while (after !== null) {
        const { count, last } = await rewrapSome(db, masters, after, rewrapPage);
        done += count;
        if (count > 0) onProgress(done);
        after = last;
      }
      return done;
    },
    async tryAll(most) {
      const damaged: string[] = [];
      let tried = 0;
      let after: string | undefined = lowestId;
      while (after !== undefined && tried < most) {
        const limit = Math.min(tryPage, most - tried);
        const rows = await select(db, 'where erased_at is null and id > ? order by id limit ?', [after, limit]);
        damaged.push(...rows.filter((row) => unwrapped(masters, row) === null).map(({ id }) => id));
        tried += rows.length;
        after = rows.length < limit ? undefined : rows.at(-1)?.id;
      }
      return { opened: tried - damaged.length, damaged, all: after === undefined };
    },
    async counts() {
      const known = [...masters.known];
      const { rows } = await db.raw<{ rows: Record<'live' | 'retired' | 'erased' | 'former' | 'unknown', string>[] }>(
        `select count(*) filter (where erased_at is null and retired_at is null) as live,
           count(*) filter (where erased_at is null and retired_at is not null) as retired,
           count(*) filter (where erased_at is not null) as erased,
           count(*) filter (where master <> ?) as former,
           count(*) filter (where master <> all(?)) +
             (select count(*) from portal.personal_index_key where master <> all(?)) as unknown
         from portal.personal_keys`,
        [masters.current, known, known],
      );
      const [row] = rows;
      return {
        live: Number(row?.live ?? 0),
        retired: Number(row?.retired ?? 0),
        erased: Number(row?.erased ?? 0),
        underFormerMaster: Number(row?.former ?? 0),
        underUnknownMaster: Number(row?.unknown ?? 0),
      };
    },
  };
}
