import type { Knex } from 'knex';
import pLimit from 'p-limit';
import { type Change, changesBetween } from '../commands/changes.js';
import { comparePositions, type EventStore, type RecordedEvent } from '../commands/event-store.js';
import { columnsOf, rowOf } from '../projections/models/folded-rows.js';
import { readLiveGeneration } from '../projections/runtime/checkpoints.js';
import { parkedStreams } from '../projections/runtime/parking.js';
import type { Chains } from './chains.js';
import type { Findings, RowFinding } from './findings.js';
import { createFolds, type FoldedModel, type FoldedStream, step } from './folds.js';

export interface RowDeps {
  readonly db: Knex;
  readonly eventStore: EventStore;
  readonly findings: Findings;
}

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
  readonly model: FoldedModel;
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
      const comparison = differingKeys(deps.db, model, chunk)
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
    model,
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

/** Finds rows whose stream was never seen. @returns how many rows the table has */
export async function findStrangeRows(deps: RowDeps, model: FoldedModel, chains: Chains): Promise<number> {
  const { name, keyColumn, prefix } = model.projection.fold;
  let rows = 0;
  for (let after = ''; ; ) {
    const { rows: page } = await deps.db.raw<{ rows: { key: string }[] }>(
      `select ${keyColumn} as key from "read"."${name}" where ${keyColumn} > ? order by ${keyColumn} limit ${keyPage}`,
      [after],
    );
    rows += page.length;
    for (const { key } of page) if (!chains.has(`${prefix}${key}`)) await lookAgain(deps, model, key);
    const last = page.at(-1);
    if (!last || page.length < keyPage) return rows;
    after = last.key;
  }
}

/** Looks at one row and its stream, now. Reports what their difference means, if there is one. */
export async function lookAgain(deps: RowDeps, model: FoldedModel, key: string): Promise<void> {
  const { db, eventStore, findings } = deps;
  const { fold } = model.projection;
  const stream = `${fold.prefix}${key}`;
  // In this order: what the row lacks of the events up to this checkpoint, it lacks for good.
  const checkpoint = (await readLiveGeneration(db, fold.name))?.checkpoint ?? null;
  const revision = await revisionOf(db, model, key);
  const folded = { key, revision: -1n, state: null as unknown, unfoldable: false };
  let atRow: FoldedStream | null = null;
  let due: FoldedStream | null = null;
  for await (const event of eventStore.readStream(stream)) {
    step(model, folded, event);
    if (folded.revision === revision) atRow = { ...folded };
    if (checkpoint && comparePositions(event.position, checkpoint) <= 0) due = { ...folded };
  }
  const report = (reason: RowFinding['reason'], detail: string, columns: string[] = []) =>
    findings.add({ kind: 'row', table: fold.name, key, reason, columns, detail });
  const parked = async () =>
    (await isParked(db, fold.name, stream)) ? 'its stream is parked' : 'events up to the checkpoint are not in it';

  if (revision === null) {
    if (due && (due.state !== null || due.unfoldable)) report('missing', await parked());
  } else if (folded.revision < 0n) {
    report('unexpected', `there is no stream ${stream}`);
  } else if (!atRow) {
    report('ahead', `the row is at revision ${revision}, its stream ends at ${folded.revision}`);
  } else if (due && due.revision > revision) {
    report('behind', `the row is at revision ${revision} instead of ${due.revision}: ${await parked()}`);
  } else {
    const changes = await differences(db, model, atRow);
    if (!changes) {
      report('differs', 'no row can hold what the events say');
      return;
    }
    const [first] = changes;
    if (!first) return;
    const detail = `${first.path} is ${brief(first.to)} where the events say ${brief(first.from)}`;
    report('differs', detail, [...new Set(changes.map(({ path }) => path))]);
  }
}

async function differingKeys(db: Knex, model: FoldedModel, chunk: readonly FoldedStream[]): Promise<string[]> {
  const { names, join, rows } = expectedRows(model, chunk);
  const tuple = (table: string) => names.map((name) => `${table}.${name}`).join(', ');
  try {
    const { rows: found } = await db.raw<{ rows: { key: string }[] }>(
      `select e.${model.projection.fold.keyColumn} as key ${join} where (${tuple('e')}) is distinct from (${tuple('r')})`,
      [rows],
    );
    return found.map(({ key }) => key);
  } catch (error) {
    if (!isUnfit(error)) throw error;
    if (chunk.length === 1) return chunk.map(({ key }) => key);
    const middle = Math.ceil(chunk.length / 2);
    return [
      ...(await differingKeys(db, model, chunk.slice(0, middle))),
      ...(await differingKeys(db, model, chunk.slice(middle))),
    ];
  }
}

/** From what the events say to what the row says; null when no row can hold what the events say. */
async function differences(db: Knex, model: FoldedModel, folded: FoldedStream): Promise<Change[] | null> {
  const { join, rows } = expectedRows(model, [folded]);
  try {
    const { rows: found } = await db.raw<{ rows: { expected: unknown; actual: unknown }[] }>(
      `select to_jsonb(e) as expected, to_jsonb(r) as actual ${join}`,
      [rows],
    );
    return changesBetween(found[0]?.expected, found[0]?.actual);
  } catch (error) {
    if (!isUnfit(error)) throw error;
    return null;
  }
}

/** SQLSTATE class 22: forged events can hold what the table's types cannot, such as a time that is none. */
export function isUnfit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^22/.test(String(error.code));
}

function expectedRows({ projection: { fold } }: FoldedModel, chunk: readonly FoldedStream[]) {
  const columns = columnsOf(fold);
  const names = Object.keys(columns);
  const definition = names.map((name) => `${name} ${columns[name]}`).join(', ');
  return {
    names,
    join: `from jsonb_to_recordset(?::jsonb) as e(${definition}) left join "read"."${fold.name}" r using (${fold.keyColumn})`,
    rows: JSON.stringify(chunk.map(({ key, revision, state }) => rowOf(fold, key, revision, state))),
  };
}

async function revisionOf(db: Knex, { projection: { fold } }: FoldedModel, key: string): Promise<bigint | null> {
  const { rows } = await db.raw<{ rows: { revision: string }[] }>(
    `select revision from "read"."${fold.name}" where ${fold.keyColumn} = ?`,
    [key],
  );
  return rows[0] ? BigInt(rows[0].revision) : null;
}

async function isParked(db: Knex, name: string, stream: string): Promise<boolean> {
  const live = await readLiveGeneration(db, name);
  return live !== null && (await parkedStreams(db, name, live.generation)).has(stream);
}

/** A value in a sentence. */
function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
