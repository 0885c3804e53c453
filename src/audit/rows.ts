import type { Knex } from 'knex';
import pLimit from 'p-limit';
import type { RecordedEvent } from '../commands/event-store.js';
import { streamOf } from '../commands/streams.js';
import type { Chains } from './chains.js';
import { askAbout, differs, expectedRows, fromExpected } from './expected-rows.js';
import { createFolds, type FoldedModel, type FoldedStream } from './folds.js';
import { lookAgain, type RowDeps } from './one-row.js';

/** Rows sent to the database in one comparison: some megabytes of states. */
const chunkRows = 500;
/** Keys of a table looked at in one query. */
const keyPage = 10_000;
/** Comparisons under way at once: the next rows are made while the database looks at these. */
const chunksInFlight = 3;
/** Streams read again at once. */
const streamsInFlight = 8;

/** Compares the rows of a read model with the folded streams of events that pass by. */
export interface RowCheck {
  /** @returns something to wait for when the database has enough to do */
  add(event: RecordedEvent): Promise<void> | undefined;
  /** @returns how many rows were compared */
  end(): Promise<number>;
}

/**
 * A stream is compared with its row, column by column and typed as the table is, when it has not been met for long, and
 * let go. Where they differ the row is looked at a second time together with its whole stream, since both may have moved
 * on meanwhile; so is the row of a stream that is met again.
 *
 * @param maxStreams folded streams held at once
 */
export function startRowCheck(deps: RowDeps, model: FoldedModel, maxStreams: number): RowCheck {
  const folds = createFolds(model, maxStreams);
  const secondLooks = pLimit(streamsInFlight);
  const comparisons = new Set<Promise<void>>();
  let compared = 0;
  /** A second look is final, so nothing is looked at thrice. */
  const looked = new Set<string>();
  const lookAt = (keys: Iterable<string>) => {
    const due = [...keys].filter((key) => !looked.has(key));
    for (const key of due) looked.add(key);
    return Promise.all(due.map((key) => secondLooks(() => lookAgain(deps, model, key))));
  };

  async function compare(streams: readonly FoldedStream[]): Promise<void> {
    for (let from = 0; from < streams.length; from += chunkRows) {
      const chunk = streams.slice(from, from + chunkRows);
      const comparison = askAbout(
        chunk,
        (part) => differingKeys(deps.db, model, part),
        ({ key }) => key,
      )
        .then(lookAt)
        .then(() => void comparisons.delete(comparison));
      // Whoever awaits it hears of a failure; none may count as unheard when another one ends the work first.
      comparison.catch(() => undefined);
      comparisons.add(comparison);
      compared += chunk.length;
      if (comparisons.size >= chunksInFlight) await Promise.race(comparisons);
    }
  }

  return {
    add(event) {
      folds.add(event);
      return folds.isFull() ? compare(folds.letGo()) : undefined;
    },
    async end() {
      await compare(folds.letGo());
      await compare(folds.letGo());
      await Promise.all(comparisons);
      await lookAt(folds.again);
      return compared;
    },
  };
}

/** Finds rows whose stream was never seen. */
export async function findStrangeRows(deps: RowDeps, model: FoldedModel, chains: Chains): Promise<void> {
  const { fold } = model.projection;
  const { name, keyColumn } = fold;
  for (let after = ''; ; ) {
    const { rows } = await deps.db.raw<{ rows: { key: string }[] }>(
      `select ${keyColumn} as key from "read"."${name}" where ${keyColumn} > ? order by ${keyColumn} limit ${keyPage}`,
      [after],
    );
    for (const { key } of rows) if (!chains.has(streamOf(fold, key))) await lookAgain(deps, model, key);
    const last = rows.at(-1);
    if (!last || rows.length < keyPage) return;
    after = last.key;
  }
}

async function differingKeys(db: Knex, model: FoldedModel, chunk: readonly FoldedStream[]): Promise<string[]> {
  const { name, keyColumn } = model.projection.fold;
  const { columns, rows } = expectedRows(model, chunk);
  const { rows: found } = await db.raw<{ rows: { key: string }[] }>(
    `select e.${keyColumn} as key ${fromExpected(columns)}
     left join "read"."${name}" r using (${keyColumn}) where ${differs(columns)}`,
    [rows],
  );
  return found.map(({ key }) => key);
}
