import type { Knex } from 'knex';
import { type Change, changesBetween } from '../commands/changes.js';
import { comparePositions, type EventStore } from '../commands/event-store.js';
import { streamOf } from '../commands/streams.js';
import { readLiveGeneration } from '../projections/runtime/live-generation.js';
import { parkedStreams } from '../projections/runtime/parking.js';
import { expectedRows, fromExpected, isUnfit } from './expected-rows.js';
import type { Findings, RowFinding } from './findings.js';
import { type FoldedModel, type FoldedStream, step } from './folds.js';

export interface RowDeps {
  readonly db: Knex;
  readonly eventStore: EventStore;
  readonly findings: Findings;
}

/** Looks at one row and its stream, now. Reports what their difference means, if there is one. */
export async function lookAgain(deps: RowDeps, model: FoldedModel, key: string): Promise<void> {
  const found = await difference(deps.db, model, await readBoth(deps, model, key));
  if (!found) return;
  const { reason, columns = [], detail } = found;
  deps.findings.add({ kind: 'row', table: model.projection.fold.name, key, reason, columns, detail });
}

/** A row and its stream. */
interface Both {
  readonly stream: string;
  /** As it was at one moment: it may move on while its stream is read. */
  readonly row: Row | null;
  /** The stream folded to its end, and up to the revision of the row; revision -1 when there are no events. */
  readonly folded: FoldedStream;
  readonly atRow: FoldedStream | null;
  /** The stream as the row has to show it at least. */
  readonly due: FoldedStream | null;
}

async function readBoth({ db, eventStore }: RowDeps, model: FoldedModel, key: string): Promise<Both> {
  const { fold } = model.projection;
  const stream = streamOf(fold, key);
  // In this order: what the row lacks of the events up to this checkpoint, it lacks for good.
  const checkpoint = (await readLiveGeneration(db, fold.name))?.checkpoint ?? null;
  const row = await readRow(db, model, key);
  const folded = { key, revision: -1n, state: null as unknown, unfoldable: false };
  let atRow: FoldedStream | null = null;
  let due: FoldedStream | null = null;
  for await (const event of eventStore.readStream(stream)) {
    step(model, folded, event);
    if (folded.revision === row?.revision) atRow = { ...folded };
    if (checkpoint && comparePositions(event.position, checkpoint) <= 0) due = { ...folded };
  }
  return { stream, row, folded, atRow, due };
}

interface Row {
  /** -1 when somebody took it away. */
  readonly revision: bigint;
  /** By column. */
  readonly values: unknown;
}

type Difference = Pick<RowFinding, 'reason' | 'detail'> & Partial<Pick<RowFinding, 'columns'>>;

async function difference(db: Knex, model: FoldedModel, both: Both): Promise<Difference | null> {
  const { stream, row, folded, atRow, due } = both;
  if (!row) {
    if (!due || (due.state === null && !due.unfoldable)) return null;
    return { reason: 'missing', detail: await whyBehind(db, model, stream) };
  }
  const { revision, values } = row;
  if (folded.revision < 0n) return { reason: 'unexpected', detail: `there is no stream ${stream}` };
  if (due && due.revision > revision) {
    const why = await whyBehind(db, model, stream);
    return { reason: 'behind', detail: `the row is at revision ${revision} instead of ${due.revision}: ${why}` };
  }
  if (!atRow) {
    const detail = `the row is at revision ${revision}, its stream ends at ${folded.revision}`;
    return { reason: 'ahead', detail };
  }
  if (atRow.state === null) {
    return { reason: 'unexpected', detail: `its events ${atRow.unfoldable ? 'cannot be read' : 'make no row'}` };
  }
  const changes = await changesIn(db, model, atRow, values);
  if (!changes) return { reason: 'differs', detail: 'no row can hold what the events say' };
  const [first] = changes;
  if (!first) return null;
  const detail = `${first.path} is ${brief(first.to)} where the events say ${brief(first.from)}`;
  return { reason: 'differs', detail, columns: [...new Set(changes.map(({ path }) => path))] };
}

/** From what the events say to what the row says; null when no row can hold what the events say. */
async function changesIn(
  db: Knex,
  model: FoldedModel,
  folded: FoldedStream,
  actual: unknown,
): Promise<Change[] | null> {
  try {
    const { columns, rows } = expectedRows(model, [folded]);
    const { rows: found } = await db.raw<{ rows: { expected: unknown }[] }>(
      `select to_jsonb(e) as expected ${fromExpected(columns)}`,
      [rows],
    );
    return changesBetween(found[0]?.expected, actual, 'absent');
  } catch (error) {
    if (!isUnfit(error)) throw error;
    return null;
  }
}

async function readRow(db: Knex, { projection: { fold } }: FoldedModel, key: string): Promise<Row | null> {
  const { rows } = await db.raw<{ rows: { revision: string; values: unknown }[] }>(
    `select coalesce(revision, -1) as revision, to_jsonb(r) as values from "read"."${fold.name}" r where ${fold.keyColumn} = ?`,
    [key],
  );
  return rows[0] ? { revision: BigInt(rows[0].revision), values: rows[0].values } : null;
}

async function whyBehind(db: Knex, { projection: { fold } }: FoldedModel, stream: string): Promise<string> {
  const live = await readLiveGeneration(db, fold.name);
  const isParked = live !== null && (await parkedStreams(db, fold.name, live.generation)).has(stream);
  return isParked ? 'its stream is parked' : 'events up to the checkpoint are not in it';
}

/** A value in a sentence. */
function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
