import type { Knex } from 'knex';
import { portalPrefixes, sealStream } from '../commands/aggregates.js';
import {
  comparePositions,
  type EventStore,
  formatPosition,
  type Position,
  type RecordedEvent,
} from '../commands/event-store.js';
import { brandsProjection } from '../projections/models/brands.js';
import type { LedgerProjection } from '../projections/models/ledger.js';
import { lotsProjection } from '../projections/models/lots.js';
import { ordersProjection } from '../projections/models/orders.js';
import { payoutsProjection } from '../projections/models/payouts.js';
import { productsProjection } from '../projections/models/products.js';
import type { StreamFoldProjection } from '../projections/models/stream-fold.js';
import { syncsProjection } from '../projections/models/syncs.js';
import type { Queries } from '../projections/queries.js';
import { readLiveGeneration } from '../projections/runtime/checkpoints.js';
import { skippedEvents } from '../projections/runtime/parking.js';
import type { Projection } from '../projections/runtime/projection.js';
import { createChains } from './chains.js';
import { reportEvents } from './evidence.js';
import { createFindings, type EventFinding, type Finding, type Findings } from './findings.js';
import { createFolds, type FoldedModel, type Folds } from './folds.js';
import { createLedgerCheck, type LedgerCheck } from './ledgers.js';
import { createRegisterCheck } from './register-check.js';
import { compareRows, findStrangeRows, lookAgain } from './rows.js';
import { readSeals, type SealSummary, segmentsOf } from './seal-check.js';
import { sealedForm } from './seals.js';
import type { Verifier } from './signing.js';
import { createSyncCheck, type SyncCheck } from './syncs.js';

export interface AuditDeps {
  readonly eventStore: EventStore;
  readonly db: Knex;
  readonly queries: Pick<Queries, 'waitFor'>;
  /** Knows the keys that seals may be signed with; without any, signatures are not checked. */
  readonly verifier?: Verifier;
}

export interface AuditOptions {
  /** `share` of the store that has been read, from 0 to 1, or null when nobody knows. */
  readonly onProgress?: (progress: { events: number; share: number | null }) => void;
  /** Digest of a seal that was kept elsewhere: the store must have that seal. */
  readonly digest?: string;
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
  /** What the seals say; null where there was nothing to look at. `beyond`: events behind the last seal. */
  readonly seals: (SealSummary & { readonly covered: number; readonly beyond: number }) | null;
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

/** Broken chains remembered until the seals have been asked about them. */
const maxBroken = 10_000;

const foldedProjections: readonly StreamFoldProjection<unknown>[] = [
  ordersProjection,
  productsProjection,
  brandsProjection,
];
const ledgerProjections: readonly LedgerProjection[] = [payoutsProjection, lotsProjection];

/**
 * Checks the hash chain of every stream and all seals in one pass over `$all`, folds every stream again, and compares each row of
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
  const caughtUp = head === null || (await deps.queries.waitFor(head, catchUpMs));
  if (!caughtUp) {
    notes.push(
      'the read models are behind the events; rows are compared as far as they are, ledgers and syncs are not',
    );
  }
  const rowDeps = { ...deps, findings };
  const ledgers = caughtUp ? await ledgerChecks(rowDeps, notes) : [];
  const syncs = caughtUp ? await syncCheck(rowDeps, notes) : null;
  const sealing = head && readSeals(eventStore.readStream(sealStream), sealOptions(deps, options, head));
  const register = sealing && createRegisterCheck(sealing.segments());
  const broken: EventFinding[] = [];
  if (head) {
    const seen = async (event: RecordedEvent) => {
      events += 1;
      const finding = chains.check(event);
      if (finding && broken.length < maxBroken) broken.push(finding);
      const comparison = event.stream === sealStream ? undefined : register?.add(sealedForm(event));
      if (comparison) await comparison;
      for (const { check } of ledgers) await check.add(event);
      syncs?.add(event);
      if (events % progressEvery === 0) options.onProgress?.({ events, share: share(event.position, head) });
    };
    for await (const folds of passes({ eventStore, head, models, maxFolds: options.maxFolds ?? maxFolds, seen })) {
      for (const fold of folds) {
        const { name } = fold.model.projection;
        rows[name] = (rows[name] ?? 0) + (await compareRows(rowDeps, fold));
      }
    }
  }
  const deviations = (await register?.end(chains.lastRevision)) ?? [];
  await reportEvents(findings, {
    chains: broken,
    seals: sealing?.findings ?? [],
    deviations: deviations.map((found) => ({ ...found, reason: 'seal' as const })),
    eventStore,
  });
  for (const model of models) await findStrangeRows(rowDeps, model, chains);
  if (head) for (const { table, check } of ledgers) rows[table] = await check.end(head);
  if (head && syncs) rows.syncs = await syncs.end(head, notes);
  if (sealing) notes.push(...sealNotes(deps, sealing.summary, register?.counts.beyond ?? 0));

  return {
    ok: findings.total === 0,
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    seals: sealing && { ...sealing.summary, ...(register?.counts ?? { covered: 0, beyond: 0 }) },
    findings: findings.listed,
    findingsTotal: findings.total,
    notes,
    durationMs: Date.now() - startedAt,
  };
}

/** The same for one stream and its rows. */
export async function verifyStream(deps: AuditDeps, stream: string, options: AuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const findings = createFindings();
  const notes: string[] = [];
  const chains = createChains();
  const rows: Record<string, number> = {};
  let events = 0;
  let head: Position | null = null;
  const sealing = readSeals(deps.eventStore.readStream(sealStream), sealOptions(deps, options));
  const register = createRegisterCheck(segmentsOf(stream, sealing.segments()));
  const broken: EventFinding[] = [];
  for await (const event of deps.eventStore.readStream(stream)) {
    const finding = chains.check(event);
    if (finding) broken.push(finding);
    const comparison = stream === sealStream ? undefined : register.add(sealedForm(event));
    if (comparison) await comparison;
    head = event.position;
    events += 1;
    if (events % progressEvery === 0) options.onProgress?.({ events, share: null });
  }
  const deviations = await register.end(chains.lastRevision);
  await reportEvents(findings, {
    chains: broken,
    seals: sealing.findings,
    deviations: deviations.map((found) => ({ ...found, reason: 'seal' as const })),
    eventStore: deps.eventStore,
  });
  for (const model of await comparableModels(deps.db, notes)) {
    const { name, prefix } = model.projection.fold;
    if (!stream.startsWith(prefix)) continue;
    if (head && !(await deps.queries.waitFor(head, catchUpMs))) notes.push(`${name} is behind the events`);
    await lookAgain({ ...deps, findings }, model, stream.slice(prefix.length));
    rows[name] = 1;
  }
  notes.push(...sealNotes(deps, sealing.summary, register.counts.beyond));
  return {
    ok: findings.total === 0,
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    seals: { ...sealing.summary, ...register.counts },
    findings: findings.listed,
    findingsTotal: findings.total,
    notes,
    durationMs: Date.now() - startedAt,
  };
}

/**
 * Reads `$all` up to the head, and again from where streams did not fit any more, until all have been folded. The first
 * pass shows each event to `seen`. Yields the folds of each pass.
 */
async function* passes(options: {
  eventStore: EventStore;
  head: Position;
  models: readonly FoldedModel[];
  maxFolds: number;
  seen: (event: RecordedEvent) => Promise<void>;
}): AsyncGenerator<readonly Folds[]> {
  const { eventStore, head, models } = options;
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
      if (pass === 1) await options.seen(event);
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
    if (!(await isComparable(db, projection, notes))) continue;
    models.push({ projection, skipped: await skippedEvents(db, projection.name) });
  }
  return models;
}

async function isComparable(db: Knex, { name, version }: Projection, notes: string[]): Promise<boolean> {
  const live = await readLiveGeneration(db, name);
  if (live?.version === version) return true;
  const why = live ? `was made by version ${live.version} of its code` : 'has never been made';
  notes.push(`read.${name} ${why} and is not compared`);
  return false;
}

/** Checks of the ledgers that this code's events can be compared with. */
async function ledgerChecks(
  deps: AuditDeps & { findings: Findings },
  notes: string[],
): Promise<{ table: string; check: LedgerCheck }[]> {
  const checks = [];
  for (const projection of ledgerProjections) {
    if (!(await isComparable(deps.db, projection, notes))) continue;
    const skipped = await skippedEvents(deps.db, projection.name);
    for (const ledger of projection.ledgers) {
      checks.push({ table: ledger.table, check: createLedgerCheck(ledger, { ...deps, skipped }) });
    }
  }
  return checks;
}

async function syncCheck(deps: AuditDeps & { findings: Findings }, notes: string[]): Promise<SyncCheck | null> {
  if (!(await isComparable(deps.db, syncsProjection, notes))) return null;
  return createSyncCheck({ ...deps, skipped: await skippedEvents(deps.db, syncsProjection.name) });
}

function sealOptions({ verifier }: AuditDeps, { digest }: AuditOptions, upTo?: Position) {
  return { verifier: verifier && verifier.keys.length > 0 ? verifier : null, digest, ...(upTo ? { upTo } : {}) };
}

/** What is worth knowing of the seals and is nothing wrong. */
function sealNotes({ verifier }: AuditDeps, { count, last }: SealSummary, beyond: number): string[] {
  if (!last) return ['nothing is sealed: what was cut off at the end of a stream shows in the read models only'];
  const notes: string[] = [];
  if (!verifier?.keys.length) notes.push('no public key is known, so the signatures of the seals are not checked');
  if (beyond > 0) {
    notes.push(`${beyond} events came after the last of ${count} seals (${last.sealedAt}) and are not sealed yet`);
  }
  return notes;
}

function categoryPrefix(stream: string): string {
  return stream.slice(0, stream.indexOf('-') + 1);
}

function share(position: Position, head: Position): number {
  return Number((position.commit * 10_000n) / (head.commit || 1n)) / 10_000;
}
