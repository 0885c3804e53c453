import { columnsOf, rowOf } from '../projections/models/folded-rows.js';
import type { FoldedModel, FoldedStream } from './folds.js';

/**
 * SQL that has the rows of some streams, as the events say, beside those of the table: `e` what is expected, `r` what is
 * there, if anything.
 *
 * @returns `expected`, the former alone, and `join`, each with one binding, `rows`; `names` of the columns
 * @throws TypeError where events lack what a row is made of
 */
export function expectedRows({ projection: { fold } }: FoldedModel, chunk: readonly FoldedStream[]) {
  const columns = columnsOf(fold);
  const names = Object.keys(columns);
  const definition = names.map((name) => `${name} ${columns[name]}`).join(', ');
  const expected = `from jsonb_to_recordset(?::jsonb) as e(${definition})`;
  return {
    names,
    expected,
    join: `${expected} left join "read"."${fold.name}" r using (${fold.keyColumn})`,
    rows: JSON.stringify(chunk.map(({ key, revision, state }) => rowOf(fold, key, revision, state))),
  };
}

/**
 * Whether forged events say what no row can hold: what the table's types cannot, such as a time that is none (SQLSTATE class
 * 22), or not what a row is made of.
 */
export function isUnfit(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && 'code' in error && /^22/.test(String(error.code)));
}
