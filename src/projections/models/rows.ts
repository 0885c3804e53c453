import type { Knex } from 'knex';

/** Columns of a read-model table by name, each with its PostgreSQL type. */
export type Columns = Readonly<Record<string, string>>;

/** The columns as the definition of a record set, such as `id text, revision bigint`. */
export function recordOf(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
}

/**
 * Inserts or replaces many rows with one statement. Rows travel as one JSON document, so the number of parameters does
 * not grow with the batch.
 *
 * @param key columns of the primary key
 * @param onConflict of a row that is there: `replace` it, `replace-older` when its `revision` is lower, or `keep` it
 */
export async function upsertRows(
  db: Knex,
  table: string,
  columns: Columns,
  key: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
  onConflict: 'replace' | 'replace-older' | 'keep',
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const others = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  const guard = onConflict === 'replace-older' ? ' where t.revision < excluded.revision' : '';
  const action = onConflict === 'keep' ? 'do nothing' : `do update set ${others.join(', ')}${guard}`;
  await db.raw(
    `insert into ${table} as t (${names.join(', ')})
     select ${names.join(', ')} from jsonb_to_recordset(?::jsonb) as r (${recordOf(columns)})
     on conflict (${key.join(', ')}) ${action}`,
    [JSON.stringify(rows)],
  );
}

/** Column definitions for `create table`; the key columns become the primary key. */
export function tableDefinition(columns: Columns, key: readonly string[]): string {
  return `${recordOf(columns)}, primary key (${key.join(', ')})`;
}

/** What a search column holds. */
export function searchable(parts: readonly (string | null)[]): string {
  return foldedText(parts.filter((part) => part !== null).join('\n'));
}

/** Text as it is searched: of any case, its accents written in either of Unicode's ways. */
export function foldedText(text: string): string {
  return text.toLowerCase().normalize('NFC');
}
