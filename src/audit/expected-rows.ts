import { codeOf } from '../commands/failures.js';
import { columnsOf, rowOf } from '../projections/models/folded-rows.js';
import { type Columns, recordOf } from '../projections/models/rows.js';
import type { FoldedModel, FoldedStream } from './folds.js';

/** SQL that has rows as the events say, `e`, with one binding: these rows as JSON. */
export function fromExpected(columns: Columns): string {
  return `from jsonb_to_recordset(?::jsonb) as e(${recordOf(columns)})`;
}

/** SQL that says whether what is expected, `e`, and what is there, `r`, are not the same in every column. */
export function differs(columns: Columns): string {
  const tuple = (table: string) => Object.keys(columns).map((name) => `${table}.${name}`);
  return `(${tuple('e')}) is distinct from (${tuple('r')})`;
}

/** The rows of some streams as the events say, as JSON. @throws TypeError where events lack what a row is made of */
export function expectedRows({ projection: { fold } }: FoldedModel, chunk: readonly FoldedStream[]) {
  return {
    columns: columnsOf(fold),
    rows: JSON.stringify(chunk.map(({ key, revision, state }) => rowOf(fold, key, revision, state))),
  };
}

/**
 * Whether forged events say what no row can hold: what the table's types cannot, such as a time that is none (SQLSTATE class
 * 22), or not what a row is made of.
 */
export function isUnfit(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && codeOf(error).startsWith('22'));
}

/**
 * Asks about many rows in one query. One that {@link isUnfit} spoils it for all: then it is asked about each half.
 * @param unfit the answer for a row that cannot be asked about
 */
export async function askAbout<Row, Answer>(
  rows: readonly Row[],
  ask: (rows: readonly Row[]) => Promise<Answer[]>,
  unfit: (row: Row) => Answer,
): Promise<Answer[]> {
  try {
    return await ask(rows);
  } catch (error) {
    if (!isUnfit(error)) throw error;
    if (rows.length === 1) return rows.map(unfit);
    const middle = Math.ceil(rows.length / 2);
    return [
      ...(await askAbout(rows.slice(0, middle), ask, unfit)),
      ...(await askAbout(rows.slice(middle), ask, unfit)),
    ];
  }
}
