import type { Knex } from 'knex';
import { foldedText } from '../models/rows.js';
import { tablesMissing } from '../runtime/failure-kind.js';

/** A read model that is not there: it has been dropped, or no projector has ever run. It comes back with a rebuild. */
export class ReadModelMissing extends Error {
  override readonly name = 'ReadModelMissing';
}

type Binding = string | number | boolean | string[];

/**
 * Runs one query on the read models. With `prepareAs`, a name that stands for this text alone, each connection has it
 * planned once: for what is asked often and takes longer to plan than to run.
 *
 * @throws ReadModelMissing
 */
export async function select<Row>(
  db: Knex,
  sql: string,
  bindings: readonly Binding[] = [],
  { prepareAs }: { prepareAs?: string } = {},
): Promise<Row[]> {
  try {
    const query = db.raw<{ rows: Row[] }>(sql, [...bindings] as Knex.RawBinding[]);
    const { rows } = await (prepareAs === undefined ? query : query.options({ name: prepareAs }));
    return rows;
  } catch (error) {
    if (tablesMissing(error)) {
      throw new ReadModelMissing('a read model is missing and needs a rebuild', { cause: error });
    }
    throw error;
  }
}

/** Runs several queries on one snapshot: only then do their answers agree while the tables change. */
export function asOfOneMoment<Answer>(db: Knex, read: (moment: Knex) => Promise<Answer>): Promise<Answer> {
  return db.transaction(read, { isolationLevel: 'repeatable read', readOnly: true });
}

/** Conditions with their bindings, joined by `and`. */
export function createConditions() {
  const parts: string[] = [];
  const bindings: Binding[] = [];
  return {
    add(sql: string, ...values: Binding[]) {
      parts.push(sql);
      bindings.push(...values);
    },
    get sql() {
      return parts.length > 0 ? `where ${parts.join(' and ')}` : '';
    },
    bindings,
  };
}

/** A `like` pattern for text that contains `term`, as it is searched. */
export function containing(term: string): string {
  return `%${foldedText(term).replace(/[\\%_]/g, (wild) => `\\${wild}`)}%`;
}

/** BIGINT and NUMERIC arrive as text; amounts and counts fit into a number, and anything else is a defect. */
export function integer(text: string | number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${text}`);
  return value;
}

/** No page is longer, whatever is asked for: what clients ask for that want it all, and still one quick query. */
export const maxPageSize = 1_000;

export function pageSize(limit: number): number {
  return Math.min(Math.max(1, Math.trunc(limit)), maxPageSize);
}
