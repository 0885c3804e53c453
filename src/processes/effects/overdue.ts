import type { Knex } from 'knex';

export interface EffectCount {
  readonly kind: string;
  readonly count: number;
}

/**
 * Effects nobody has settled: open ones that were due more than `ageMs` ago, and those that have failed for good, by
 * kind.
 */
export async function overdueEffects(
  db: Knex,
  ageMs: number,
): Promise<{ overdue: readonly EffectCount[]; failed: readonly EffectCount[] }> {
  const { rows } = await db.raw<{ rows: { kind: string; status: string; count: number }[] }>(
    `select kind, status, count(*)::integer as count from portal.effects
     where status = 'failed'
        or (status = 'open' and coalesce(due_at, created_at) < now() - ? * interval '1 millisecond')
     group by kind, status order by kind`,
    [ageMs],
  );
  const having = (status: string) =>
    rows.filter((row) => row.status === status).map(({ kind, count }) => ({ kind, count }));
  return { overdue: having('open'), failed: having('failed') };
}
