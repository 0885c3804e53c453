import type { Knex } from 'knex';
import { longStatement } from '../runtime/long-statement.js';
import type { Projection } from '../runtime/projection.js';
import { generationTable } from '../runtime/tables.js';

/** How two generations of a projection differ, row by row. */
export interface Comparison {
  /** Rows of the newer generation. */
  rows: number;
  /** Rows that are in one only, or not the same byte for byte. */
  differing: number;
  /** The first few of them: table and key. */
  samples: { table: string; key: Record<string, string> }[];
}

const maxSamples = 10;

/** Compares each table by primary key, on the text of the whole row. Both must be at the same checkpoint. */
export async function compareGenerations(
  tx: Knex.Transaction,
  projection: Projection,
  left: number,
  right: number,
): Promise<Comparison> {
  const comparison: Comparison = { rows: 0, differing: 0, samples: [] };
  for (const { name, key } of projection.tables) {
    const keys = key.map((column) => `'${column}', coalesce(l.${column}::text, r.${column}::text)`).join(', ');
    const differs = `from ${generationTable(name, left)} l full join ${generationTable(name, right)} r
      using (${key.join(', ')}) where l::text is distinct from r::text`;
    const { rows: counts } = await longStatement<{ total: string; differing: string }>(
      tx,
      `select (select count(*) from ${generationTable(name, right)}) as total, (select count(*) ${differs}) as differing`,
    );
    comparison.rows += Number(counts[0]?.total ?? 0);
    const differing = Number(counts[0]?.differing ?? 0);
    comparison.differing += differing;
    if (differing === 0) continue;
    const { rows } = await longStatement<{ key: Record<string, string> }>(
      tx,
      `select jsonb_build_object(${keys}) as key ${differs} limit ${maxSamples}`,
    );
    comparison.samples.push(...rows.map((row) => ({ table: name, key: row.key })));
  }
  comparison.samples.splice(maxSamples);
  return comparison;
}
