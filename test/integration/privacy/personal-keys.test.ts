import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { createPersonalKeys } from '../../../src/adapters/postgres/personal-keys/index.js';
import { MasterKeyMissing } from '../../../src/adapters/postgres/personal-keys/master-keys.js';
import { isTransient } from '../../../src/commands/failures.js';
import { type DataKey, PersonalKeyDamaged } from '../../../src/commands/privacy/keys.js';
import { createPools } from '../../../src/compose/pools.js';
import type { Config } from '../../../src/config.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { addressOf, openGate } from '../../support/tcp-gate.js';
import { until } from '../../support/until.js';

let stack: TestStack;
let processes: ReturnType<typeof createPools>[];
let pools: { db: Knex; locks: Knex }[];
const masterKey = () => randomBytes(32).toString('base64');
const first = masterKey();

beforeAll(async () => {
  stack = await startTestStack(['postgres']);
  processes = [1, 2].map(() => createPools({ DATABASE_URL: stack.env.DATABASE_URL } as Config));
  pools = processes.map(({ keys, keyLocks }) => ({ db: keys, locks: keyLocks }));
  await migrate(pools[0]!.db);
});
afterAll(async () => {
  await Promise.all((processes ?? []).flatMap((all) => Object.values(all).map((pool) => pool.destroy())));
  await stack?.stop();
});

/** The keys as one process sees them; two share nothing but the database. */
const keysOf = (process: 0 | 1, ...master: string[]) =>
  createPersonalKeys({ ...pools[process]!, master: master.length > 0 ? master : [first] });
const subject = () => `email:${randomUUID()}@example.com`;
const itself = async (key: DataKey) => key;

describe('keys of persons', () => {
  it('are one for a person, however many processes need it at once', async () => {
    const ada = subject();
    const [one, other] = [keysOf(0), keysOf(1)];
    const keys = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : other).using(ada, itself)));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect(new Set(keys.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
    expect((await other.find([keys[0]!.id])).get(keys[0]!.id)).toEqual(keys[0]);
    expect((await one.using(subject(), itself)).id).not.toBe(keys[0]!.id);
  });

  it('are found beside ids that are none, as forged events can name them', async () => {
    const { id } = await keysOf(0).using(subject(), itself);
    const found = await keysOf(0).find(['forged', '', '\0', "'", id]);
    expect([...found.keys()]).toEqual([id]);
  });

  it('are found beside one that was damaged, which is lost', async () => {
    const [damaged, whole] = [await keysOf(0).using(subject(), itself), await keysOf(0).using(subject(), itself)];
    const { db } = pools[0]!;
    await db.raw(`update portal.personal_keys set wrapped = wrapped || '\\x00'::bytea where id = ?`, [damaged.id]);
    expect(await keysOf(0).find([damaged.id, whole.id])).toEqual(new Map([[whole.id, whole]]));
    await db.raw('delete from portal.personal_keys where id = ?', [damaged.id]);
  });

  it('are there again with a database that was away when the first was asked for', async () => {
    const { db, locks } = pools[0]!;
    let away = true;
    const refuse = () => Promise.reject(new Error('the database is away'));
    const gate = new Proxy(db, { get: (of, name) => (away && name === 'raw' ? refuse : Reflect.get(of, name)) });
    const keys = createPersonalKeys({ db: gate, locks, master: [first] });
    await expect(keys.ready()).rejects.toThrow('the database is away');
    away = false;
    await keys.ready();
  });

  it('are asked for anew after twelve seconds by a connection that leads nowhere, for events wait for them', async () => {
    const url = stack.env.DATABASE_URL ?? '';
    const gate = await openGate(() => addressOf(url));
    const { keys: db, keyLocks: locks, ...others } = createPools({ DATABASE_URL: gate.through(url) } as Config);
    try {
      const keys = createPersonalKeys({ db, locks, master: [first] });
      const { id } = await keys.using(subject(), itself);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      gate.strand();
      const finding = keys.find([id]).then(
        () => 'found',
        (error: unknown) => isTransient(error),
      );
      await vi.advanceTimersByTimeAsync(12_000);
      vi.useRealTimers();
      expect(await finding).toBe(true);
      expect([...(await keys.find([id])).keys()]).toEqual([id]);
    } finally {
      vi.useRealTimers();
      await gate.close();
      await Promise.all([db, locks, ...Object.values(others)].map((pool) => pool.destroy()));
    }
  });

  it('are kept encrypted, under a hash of the person', async () => {
    const ada = subject();
    const { id, secret } = await keysOf(0).using(ada, itself);
    const { rows } = await pools[0]!.db.raw('select k::text as row from portal.personal_keys k where id = ?', [id]);
    expect(rows[0].row).not.toContain(ada.slice(6));
    expect(rows[0].row).not.toContain(secret.toString('hex'));
  });

  it('are not retired while something is written with them, and replaced afterwards', async () => {
    const ada = subject();
    const [one, other] = [keysOf(0), keysOf(1)];
    const order: string[] = [];
    let write: () => void = () => undefined;
    const writing = new Promise<DataKey>((begun) => {
      void one.using(ada, async (key) => {
        begun(key);
        await new Promise<void>((resolve) => {
          write = resolve;
        });
        order.push('written');
      });
    });
    const { id } = await writing;
    const retiring = other.retire([id]).then(() => order.push('retired'));
    const waiting = `select count(*)::int as n from pg_locks join pg_database on pg_database.oid = database
      where datname = current_database() and locktype = ? and not granted`;
    await expect
      .poll(async () => (await pools[0]!.db.raw(waiting, ['advisory'])).rows[0].n, { timeout: 10_000 })
      .toBe(1);
    write();
    await retiring;
    expect(order).toEqual(['written', 'retired']);
    expect((await one.using(ada, itself)).id).not.toBe(id);
    expect((await one.find([id])).get(id)).toMatchObject({ id });
    expect(await one.ofSubjects([ada])).toHaveLength(2);
  });

  it('stay locked by an append that lasts, however long nobody else needs a key', async () => {
    const { locks } = pools[0]!;
    const session = async () => (await locks.raw('select pg_backend_pid() as pid')).rows[0].pid;
    const kept = await keysOf(0).using(subject(), async () => {
      const before = await session();
      // A pool that gives up what is idle looks for it every second.
      const later = Date.now() + 60_000;
      vi.spyOn(Date, 'now').mockImplementation(() => later);
      await sleep(1_500);
      vi.restoreAllMocks();
      return [before, await session()];
    });
    expect(kept[1]).toBe(kept[0]);
  });

  it('stay locked by those who still write when another’s session was lost on the way', async () => {
    const ada = subject();
    const { db, locks } = pools[0]!;
    /** Begins to write. @returns what ends it */
    const write = () =>
      new Promise<() => Promise<unknown>>((begun, failed) => {
        const done = new AbortController();
        const written: Promise<unknown> = keysOf(0).using(ada, () => {
          begun(() => {
            done.abort();
            return written;
          });
          return once(done.signal, 'abort');
        });
        written.catch(failed);
      });
    const endFirst = await write();
    const { pid } = (await locks.raw('select pg_backend_pid() as pid')).rows[0];
    await db.raw('select pg_terminate_backend(?)', [pid]);
    const endSecond = await until('another session has locked it', write);
    await endFirst();
    // The session does one thing at a time, so what the first one gave back has been given back before this answers.
    await locks.raw('select 1');
    const { rows } = await db.raw(
      `select 1 from pg_locks join pg_database on pg_database.oid = database
       where datname = current_database() and locktype = 'advisory' and granted`,
    );
    expect(rows).toHaveLength(1);
    await endSecond();
  });

  it('once destroyed are erased for everybody at once; what nobody knows is not', async () => {
    const ada = subject();
    const [one, other] = [keysOf(0), keysOf(1)];
    const { id } = await one.using(ada, itself);
    const lost = randomUUID();
    await one.retire([id]);
    const { retiredAt } = (await one.get(id))!;
    await one.retire([id]);
    await one.destroy(id);
    const erased = await one.get(id);
    expect(erased).toMatchObject({ retiredAt, erasedAt: expect.any(String) });
    await one.destroy(id);
    expect(await one.get(id), 'when, is told by the first time').toEqual(erased);
    expect(await other.find([id, lost])).toEqual(new Map([[id, 'erased']]));
    expect(await other.ofSubjects([ada])).toEqual([]);
    const { rows } = await pools[0]!.db.raw('select subject, wrapped from portal.personal_keys where id = ?', [id]);
    expect(rows).toEqual([{ subject: null, wrapped: null }]);
    // A key that a restored back-up does not have is marked all the same.
    await one.destroy(lost);
    expect((await other.find([lost])).get(lost)).toBe('erased');
  });

  it('move to a new master key while both are given, and need the old one no more', async () => {
    const ada = subject();
    const second = masterKey();
    const key = await keysOf(0).using(ada, itself);
    const unlucky = subject();
    const damaged = await keysOf(0).using(unlucky, itself);
    await pools[0]!.db.raw(`update portal.personal_keys set wrapped = '\\x00' where id = ?`, [damaged.id]);
    await expect(keysOf(1, second).ready()).rejects.toThrow(MasterKeyMissing);

    const both = keysOf(1, second, first);
    expect((await both.counts()).underFormerMaster).toBeGreaterThan(0);
    expect(await both.rewrap()).toBeGreaterThan(0);
    expect(await both.rewrap()).toBe(0);
    await expect(both.using(unlucky, itself)).rejects.toThrow(PersonalKeyDamaged);
    const tried = await both.tryAll(10_000);
    expect(tried).toMatchObject({ damaged: [damaged.id], all: true });
    expect(await both.tryAll(1)).toMatchObject({ all: false });
    // Nobody can move what is damaged; it holds up no other, and is given up like one that is lost.
    expect((await both.counts()).underFormerMaster).toBe(1);
    await both.destroy(damaged.id);
    const moved = keysOf(1, second);
    await moved.ready();
    expect(await moved.using(ada, itself)).toEqual(key);
    expect((await moved.counts()).underFormerMaster).toBe(0);
    await expect(keysOf(0).find([key.id])).rejects.toThrow(MasterKeyMissing);
  });
});
