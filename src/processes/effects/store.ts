import type { Knex } from 'knex';
import { erasedText } from '../../domain/shared/personal-data.js';
import type { Effect, EffectKind, EffectRequest, EffectStatus } from './effect.js';
import { fromRow, type Row, toEffect, toRow } from './rows.js';

/** Access to `portal.effects`, the list of what is owed to the world. */
export interface EffectStore {
  /** Inserts what is not there yet; with `reopen`, opens what was closed. */
  request(requests: readonly EffectRequest[], tx?: Knex): Promise<void>;
  get(key: string): Promise<Effect | null>;
  /** The effect when it is open and to be performed now, else null. */
  owed(key: string): Promise<Effect | null>;
  /**
   * Open effects whose time has come by `now`, or comes within `horizonMs`, by key.
   * `changedWithinMs` narrows to those requested or touched lately.
   */
  due(options: {
    now: Date;
    horizonMs: number;
    after: string | null;
    limit: number;
    changedWithinMs?: number;
  }): Promise<Effect[]>;
  /** Closes what was performed, as do the next two; an effect that was opened again meanwhile stays open. */
  done(performed: Generation): Promise<void>;
  attemptFailed(performed: Generation, error: string): Promise<void>;
  /** Keeps what an open effect waits for in place of its last error: it has not been tried. */
  postponed(kept: Generation, reason: string): Promise<void>;
  failed(performed: Generation, error: string): Promise<void>;
  /** Makes the next job of an open effect a new one. @returns the new generation, null when somebody else was first */
  nextGeneration(of: Generation): Promise<number | null>;
  /** Opens a failed or discarded effect again. @returns false when there is none such */
  retry(key: string): Promise<boolean>;
  discard(key: string): Promise<boolean>;
  /**
   * Takes out what went wrong with the effects of a subject, also where it is to be told: messages of others may quote the
   * customer.
   */
  eraseErrors(subject: string): Promise<void>;
  /** The newest first; open ones by when they are due, so that time-outs to come do not hide what waits. */
  list(filter: {
    status?: EffectStatus | undefined;
    kind?: EffectKind | undefined;
    subject?: string | undefined;
    limit: number;
  }): Promise<Effect[]>;
  /** How many effects of a kind are open, and for how long the oldest of them has been due, seconds. */
  openByKind(): Promise<ReadonlyMap<string, { open: number; oldestSeconds: number }>>;
  /** What nobody has settled: open effects that were due more than `ageMs` ago, and those that have failed for good. */
  unsettled(ageMs: number): Promise<{ overdue: readonly EffectCount[]; failed: readonly EffectCount[] }>;
}

export interface EffectCount {
  readonly kind: string;
  readonly count: number;
}

/** An effect as it was opened at some time. */
type Generation = Pick<Effect, 'key' | 'generation'>;

export function createEffectStore(db: Knex): EffectStore {
  const effects = () => db('portal.effects');
  const set = async (
    of: { key: string } | Generation,
    from: readonly EffectStatus[],
    values: Record<string, unknown>,
  ): Promise<Row[]> =>
    effects()
      .where(of)
      .whereIn('status', [...from])
      .update({ ...values, updated_at: db.fn.now() }, '*');

  return {
    async request(requests, tx = db) {
      const write = async (sql: string, rows: readonly EffectRequest[]) => {
        const byKey = new Map(rows.map((row) => [row.key, toRow(row)]));
        if (byKey.size > 0) await tx.raw(sql, [JSON.stringify([...byKey.values()])]);
      };
      await write(
        insertNew,
        requests.filter((request) => !request.reopen),
      );
      await write(
        insertOrReopen,
        requests.filter((request) => request.reopen),
      );
    },
    get: async (key) => toEffect(await effects().where({ key }).first()),
    owed: async (key) => toEffect(await effects().where({ key, status: 'open' }).whereRaw(notHeld).first()),
    async due({ now, horizonMs, after, limit, changedWithinMs }) {
      const rows: Row[] = await effects()
        .where({ status: 'open' })
        .whereRaw(notHeld)
        .andWhere((query) =>
          query.whereNull('due_at').orWhere('due_at', '<=', new Date(now.getTime() + horizonMs).toISOString()),
        )
        .modify((query) => {
          if (after !== null) query.andWhere('key', '>', after);
          if (changedWithinMs !== undefined) {
            query.andWhereRaw("updated_at >= now() - ? * interval '1 millisecond'", [changedWithinMs]);
          }
        })
        .orderBy('key')
        .limit(limit);
      return rows.map(fromRow);
    },
    async done({ key, generation }) {
      await set({ key, generation }, ['open'], { status: 'done', last_error: null });
    },
    async attemptFailed({ key, generation }, error) {
      await set({ key, generation }, ['open'], { attempts: db.raw('attempts + 1'), last_error: error });
    },
    async postponed({ key, generation }, reason) {
      // Not `updated_at`, by which its age is told: that it waits on is no progress.
      const row = effects().where({ key, generation, status: 'open' });
      await row.whereRaw('last_error is distinct from ?', [reason]).update({ last_error: reason });
    },
    async failed({ key, generation }, error) {
      await set({ key, generation }, ['open'], { status: 'failed', last_error: error });
    },
    async nextGeneration({ key, generation }) {
      const [row] = await set({ key, generation }, ['open'], { generation: generation + 1 });
      return row?.generation ?? null;
    },
    async retry(key) {
      const next = { status: 'open', attempts: 0, due_at: null, generation: db.raw('generation + 1') };
      return (await set({ key }, ['failed', 'discarded'], next)).length > 0;
    },
    discard: async (key) => (await set({ key }, ['open', 'failed'], { status: 'discarded' })).length > 0,
    async eraseErrors(subject) {
      await effects().where({ subject }).whereNotNull('last_error').update({ last_error: erasedText });
      await effects()
        .where({ subject, kind: 'alert' })
        .whereRaw("payload #> '{facts,reason}' is not null")
        .update({ payload: db.raw("jsonb_set(payload, '{facts,reason}', to_jsonb(?::text))", [erasedText]) });
    },
    async list({ status, kind, subject, limit }) {
      const where = { ...(status && { status }), ...(kind && { kind }), ...(subject && { subject }) };
      const order = status === 'open' ? 'coalesce(due_at, created_at)' : 'created_at desc';
      const rows: Row[] = await effects().where(where).orderByRaw(order).limit(limit);
      return rows.map(fromRow);
    },
    async openByKind() {
      const rows: { kind: string; count: string; oldest: string }[] = await effects()
        .where({ status: 'open' })
        .groupBy('kind')
        .select(
          'kind',
          db.raw(`count(*) as count, greatest(0, extract(epoch from now() - min(${openSince}))) as oldest`),
        );
      return new Map(rows.map((row) => [row.kind, { open: Number(row.count), oldestSeconds: Number(row.oldest) }]));
    },
    async unsettled(ageMs) {
      const { rows } = await db.raw<{ rows: { kind: string; status: string; count: number }[] }>(
        `select kind, status, count(*)::integer as count from portal.effects
         where status = 'failed'
            or (status = 'open' and ${openSince} < now() - ? * interval '1 millisecond')
         group by kind, status order by kind`,
        [ageMs],
      );
      const having = (status: EffectStatus) =>
        rows.filter((row) => row.status === status).map(({ kind, count }) => ({ kind, count }));
      return { overdue: having('open'), failed: having('failed') };
    },
  };
}

/** Asked for anew, as `generation` says, an effect is as old as the last thing that was done about it. */
const openSince = 'coalesce(due_at, case when generation = 0 then created_at else updated_at end)';

/**
 * What an event store of the past says is no ground to act on: an order may have gone out since. Effects wait until an
 * operator has had every event read again.
 */
const notHeld = `not exists (
  select from portal.projection_checkpoints where name = 'effects' and rewound_since is not null)`;

const requested = `
  insert into portal.effects as effect (key, kind, subject, payload, due_at, caused_by)
  select key, kind, subject, payload, due_at, caused_by
  from jsonb_to_recordset(?::jsonb) as request(
    key text, kind text, subject text, payload jsonb, due_at timestamptz, caused_by uuid)`;

const insertNew = `${requested} on conflict (key) do nothing`;

/** The event that opened a row last cannot open it again. */
const insertOrReopen = `${requested}
  on conflict (key) do update set
    status = 'open', attempts = 0, generation = effect.generation + 1, last_error = null,
    payload = excluded.payload, due_at = excluded.due_at, caused_by = excluded.caused_by, updated_at = now()
  where effect.caused_by <> excluded.caused_by`;
