import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { keyBytes } from '../../commands/privacy/box.js';
import type { DataKey, KeyRegister, PersonalKey, PersonalKeys } from '../../commands/privacy/keys.js';
import { createMasterKeys, type MasterKeys, type WrappedKey } from './master-keys.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Keys taken up in one step of a change of the master key. */
const rewrapPage = 500;
/** Retiring a key takes milliseconds once nobody writes with it, and waits for an append that hangs. */
const retiringPauseMs = 25;
const retiringLimitMs = 45_000;

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
  let index: Promise<Buffer> | null = null;

  /** Makes the hashes of persons; the same for ever, whatever becomes of the master key. */
  function indexKey(): Promise<Buffer> {
    index ??= loadIndexKey(db, masters).catch((error: unknown) => {
      index = null;
      throw error;
    });
    return index;
  }

  async function indexed(subject: string): Promise<string> {
    return createHmac('sha256', await indexKey())
      .update(subject)
      .digest('hex');
  }

  return {
    async using(subject, work) {
      const person = await indexed(subject);
      const lock = await lockShared(locks, person);
      let { row } = lock;
      try {
        if (!row) {
          await insertKey(db, masters, person);
          // Nobody retires it while it is locked.
          [row] = await select(db, 'where subject = ? and retired_at is null', [person]);
        }
        const key = row && unwrapped(masters, row);
        if (!key || key === 'erased') throw new Error('the key of a customer was made and is not there');
        return await work(key);
      } finally {
        // Should the session be gone, its locks are too; in the next one the lock is somebody else's.
        void locks
          .raw(`select pg_advisory_unlock_shared(${lockOf(person)}) where pg_backend_pid() = ${lock.session}`)
          .then(undefined, () => undefined);
      }
    },
    async find(ids) {
      // A forged event can name anything, and must not keep those that are read with it from being read.
      const rows = await select(db, 'where id = any(?)', [ids.filter((id) => uuid.test(id))]);
      return new Map(rows.map((row) => [row.id, unwrapped(masters, row)]));
    },

    async ready() {
      await indexKey();
    },
    async ofSubjects(subjects) {
      const persons = await Promise.all(subjects.map(indexed));
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
          if (rows[0]?.subject) await tx.raw(`select pg_advisory_xact_lock(${lockOf(rows[0].subject)})`);
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
      await indexKey();
      await rewrapIndexKey(db, masters);
      let done = 0;
      for (;;) {
        const count = await rewrapSome(db, masters);
        if (count === 0) return done;
        done += count;
        onProgress(done);
      }
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

interface Row {
  id: string;
  wrapped: Buffer | null;
  master: string | null;
  created_at: Date;
  retired_at: Date | null;
  erased_at: Date | null;
}

const columns = 'id, wrapped, master, created_at, retired_at, erased_at';

async function select(db: Knex, rest: string, bindings: readonly Knex.RawBinding[]): Promise<Row[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(`select ${columns} from portal.personal_keys ${rest}`, bindings);
  return rows;
}

function unwrapped(masters: MasterKeys, { id, wrapped, master }: Row): DataKey | 'erased' {
  if (wrapped === null || master === null) return 'erased';
  return { id, secret: masters.unwrap({ wrapped, master }, id) };
}

function toPersonalKey(row: Row): PersonalKey {
  return {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    retiredAt: row.retired_at?.toISOString() ?? null,
    erasedAt: row.erased_at?.toISOString() ?? null,
  };
}

/** Of the hashes of persons, in hexadecimal. */
function lockOf(person: string): string {
  return `hashtextextended('${person}', 2)`;
}

/**
 * Keeps the key of a person from being retired, in one round trip with the look for it.
 *
 * @returns the key in use, if there is one, and the session that holds the lock
 */
async function lockShared(locks: Knex, person: string): Promise<{ session: number; row: Row | undefined }> {
  const deadline = Date.now() + retiringLimitMs;
  for (;;) {
    // The second statement sees what was committed when the lock was given. A wait would stop all others of the session.
    const answers: unknown = await locks.raw(
      `select pg_try_advisory_lock_shared(${lockOf(person)}) as mine, pg_backend_pid() as session;
       select ${columns} from portal.personal_keys where subject = '${person}' and retired_at is null`,
    );
    const [locked, found] = answers as [{ rows: { mine: boolean; session: number }[] }, { rows: Row[] }];
    const [lock] = locked.rows;
    if (lock?.mine) return { session: lock.session, row: found.rows[0] };
    if (Date.now() > deadline) throw new Error('the key of a customer is being retired and does not become free');
    await sleep(retiringPauseMs);
  }
}

async function insertKey(db: Knex, masters: MasterKeys, person: string): Promise<void> {
  const id = randomUUID();
  const { wrapped, master } = masters.wrap(randomBytes(keyBytes), id);
  await db.raw(
    `insert into portal.personal_keys (id, subject, wrapped, master) values (?, ?, ?, ?)
     on conflict (subject) where retired_at is null do nothing`,
    [id, person, wrapped, master],
  );
}

const indexPlace = 'index key';

async function loadIndexKey(db: Knex, masters: MasterKeys): Promise<Buffer> {
  const load = async () => {
    const { rows } = await db.raw<{ rows: WrappedKey[] }>('select wrapped, master from portal.personal_index_key');
    return rows[0] && masters.unwrap(rows[0], indexPlace);
  };
  const known = await load();
  if (known) return known;
  const { wrapped, master } = masters.wrap(randomBytes(keyBytes), indexPlace);
  await db.raw('insert into portal.personal_index_key (wrapped, master) values (?, ?) on conflict do nothing', [
    wrapped,
    master,
  ]);
  const made = await load();
  if (!made) throw new Error('the key of the index of persons was not kept');
  return made;
}

async function rewrapIndexKey(db: Knex, masters: MasterKeys): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.raw<{ rows: WrappedKey[] }>(
      'select wrapped, master from portal.personal_index_key for update',
    );
    const [kept] = rows;
    if (!kept || kept.master === masters.current) return;
    const { wrapped, master } = masters.wrap(masters.unwrap(kept, indexPlace), indexPlace);
    await tx.raw('update portal.personal_index_key set wrapped = ?, master = ?', [wrapped, master]);
  });
}

/** @returns how many keys were wrapped anew */
async function rewrapSome(db: Knex, masters: MasterKeys): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await select(tx, 'where master <> ? order by id limit ? for update', [masters.current, rewrapPage]);
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
