import type { Knex } from 'knex';
import { portalPrefixes } from '../commands/aggregates.js';
import { comparePositions, type EventStore, formatPosition, type Position } from '../commands/event-store.js';
import { brandsProjection } from '../projections/models/brands.js';
import { ordersProjection } from '../projections/models/orders.js';
import { productsProjection } from '../projections/models/products.js';
import type { StreamFoldProjection } from '../projections/models/stream-fold.js';
import type { Queries } from '../projections/queries.js';
import { readLiveGeneration } from '../projections/runtime/checkpoints.js';
import { skippedEvents } from '../projections/runtime/parking.js';
import { type Chains, createChains } from './chains.js';
import { createFindings, type Finding, type Findings } from './findings.js';
import { createFolds, type FoldedModel, type Folds } from './folds.js';
import { compareRows, findStrangeRows, lookAgain } from './rows.js';

export interface AuditDeps {
  readonly eventStore: EventStore;
  readonly db: Knex;
  readonly queries: Pick<Queries, 'waitFor'>;
}

export interface AuditOptions {
  /** `share` of the store that has been read, from 0 to 1. */
  readonly onProgress?: (progress: { events: number; share: number }) => void;
  /** Folded streams held at once, per read model. */
  readonly maxFolds?: number;
}

export interface AuditReport {
  readonly ok: boolean;
  /** `commit/prepare` of the last event looked at, null for an empty store. */
  readonly head: string | null;
  readonly events: number;
  readonly streams: number;
  /** Rows compared, by read model. */
  readonly rows: Readonly<Record<string, number>>;
  /** The first hundred; `findingsTotal` counts them all. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
  readonly durationMs: number;
}

/** A fold takes a few kilobytes, so this is some 250 MB; a store with more streams is read once more per so many. */
const maxFolds = 50_000;
/** Read models that have not caught up by then are compared as far as they are. */
const catchUpMs = 10_000;
/** Events between two reports of progress. */
const progressEvery = 1_000;

const foldedProjections: readonly StreamFoldProjection<unknown>[] = [
  ordersProjection,
  productsProjection,
  brandsProjection,
];

/**
 * Checks the hash chain of every stream in one pass over `$all`, folds every stream again, and compares each row of
 * the read models with its stream. Holds one hash per stream, and a bounded number of folds.
 */
export async function verifyStore(deps: AuditDeps, options: AuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const { eventStore } = deps;
  const findings = createFindings();
  const notes: string[] = [];
  const chains = createChains();
  const rows: Record<string, number> = {};
  let events = 0;

  const head = await eventStore.head();
  const models = await comparableModels(deps.db, notes);
  if (head && models.length > 0 && !(await deps.queries.waitFor(head, catchUpMs))) {
    notes.push('the read models are behind the events; rows are compared as far as they are');
  }
  const rowDeps = { ...deps, findings };
  if (head) {
    const seen = (position: Position) => {
      events += 1;
      if (events % progressEvery === 0) options.onProgress?.({ events, share: share(position, head) });
    };
    for await (const folds of passes({
      eventStore,
      head,
      models,
      maxFolds: options.maxFolds ?? maxFolds,
      chains,
      findings,
      seen,
    })) {
      for (const fold of folds) {
        const { name } = fold.model.projection;
        rows[name] = (rows[name] ?? 0) + (await compareRows(rowDeps, fold));
      }
    }
  }
  for (const model of models) await findStrangeRows(rowDeps, model, chains);

  return {
    ok: findings.total === 0,
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    findings: findings.listed,
    findingsTotal: findings.total,
    notes,
    durationMs: Date.now() - startedAt,
  };
}

/** The same for one stream and its rows. */
export async function verifyStream(deps: AuditDeps, stream: string): Promise<AuditReport> {
  const startedAt = Date.now();
  const findings = createFindings();
  const notes: string[] = [];
  const chains = createChains();
  const rows: Record<string, number> = {};
  let events = 0;
  let head: Position | null = null;
  for await (const event of deps.eventStore.readStream(stream)) {
    const finding = chains.check(event);
    if (finding) findings.add(finding);
    head = event.position;
    events += 1;
  }
  for (const model of await comparableModels(deps.db, notes)) {
    const { name, prefix } = model.projection.fold;
    if (!stream.startsWith(prefix)) continue;
    if (head && !(await deps.queries.waitFor(head, catchUpMs))) notes.push(`${name} is behind the events`);
    await lookAgain({ ...deps, findings }, model, stream.slice(prefix.length));
    rows[name] = 1;
  }
  return {
    ok: findings.total === 0,
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    findings: findings.listed,
    findingsTotal: findings.total,
    notes,
    durationMs: Date.now() - startedAt,
  };
}

/**
 * Reads `$all` up to the head, and again from where streams did not fit any more, until all have been folded. The first
 * pass checks the chains. Yields the folds of each pass.
 */
async function* passes(options: {
  eventStore: EventStore;
  head: Position;
  models: readonly FoldedModel[];
  maxFolds: number;
  chains: Chains;
  findings: Findings;
  seen: (position: Position) => void;
}): AsyncGenerator<readonly Folds[]> {
  const { eventStore, head, models, chains, findings } = options;
  const done = new Set<string>();
  let from: Position | null = null;
  for (let pass = 1; ; pass += 1) {
    const folds = models.map((model) => createFolds(model, options.maxFolds));
    const byCategory = new Map(folds.map((fold) => [fold.model.projection.fold.prefix, fold]));
    const folding = new Set<string>();
    /** Where the next pass has to begin: before the first event that found no room. */
    let next: Position | null = null;
    let previous: Position | null = from;
    for await (const event of eventStore.readAll({ prefixes: portalPrefixes, ...(from ? { from } : {}) })) {
      if (comparePositions(event.position, head) > 0) break;
      if (pass === 1) {
        options.seen(event.position);
        const finding = chains.check(event);
        if (finding) findings.add(finding);
      }
      const fold = byCategory.get(categoryPrefix(event.stream));
      if (fold && !done.has(event.stream)) {
        if (fold.add(event)) folding.add(event.stream);
        else next ??= previous;
      }
      previous = event.position;
    }
    yield folds;
    if (!next) return;
    for (const stream of folding) done.add(stream);
    from = next;
  }
}

/** Read models that this code's events can be compared with. */
async function comparableModels(db: Knex, notes: string[]): Promise<FoldedModel[]> {
  const models: FoldedModel[] = [];
  for (const projection of foldedProjections) {
    const live = await readLiveGeneration(db, projection.name);
    if (live?.version === projection.version) {
      models.push({ projection, skipped: await skippedEvents(db, projection.name) });
    } else {
      const why = live ? `was made by version ${live.version} of its code` : 'has never been made';
      notes.push(`read.${projection.name} ${why} and is not compared`);
    }
  }
  return models;
}

function categoryPrefix(stream: string): string {
  return stream.slice(0, stream.indexOf('-') + 1);
}

function share(position: Position, head: Position): number {
  return Number((position.commit * 10_000n) / (head.commit || 1n)) / 10_000;
}
