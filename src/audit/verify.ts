import { portalPrefixes, sealStream } from '../commands/aggregates.js';
import { comparePositions, formatPosition, type Position, type RecordedEvent } from '../commands/event-store.js';
import { lastEvents } from '../projections/runtime/last-event.js';
import { startApiKeyCheck } from './api-keys.js';
import {
  type AuditDeps,
  type AuditOptions,
  type AuditReport,
  catchUpMs,
  progressEvery,
  reportOf,
} from './audit-report.js';
import { createChains } from './chains.js';
import { comparableModels, ledgerChecks, syncCheck } from './comparable.js';
import { createErasureCheck } from './erasures.js';
import { reportEvents } from './evidence.js';
import { createFindings, type EventFinding } from './findings.js';
import { lostSinceRead } from './last-read.js';
import { startLeftOutCheck } from './left-out.js';
import { createRegisterCheck } from './register-check.js';
import { findStrangeRows, startRowCheck } from './rows.js';
import { readSeals, sealPage } from './seal-check.js';
import { sealNotes, sealOptions } from './seal-notes.js';
import { witnessedSeal } from './seal-witness.js';
import { sealedForm } from './seals.js';

/** A fold takes a few kilobytes. Few streams have events again after so many others had some. */
const maxFolds = 5_000;
/** Broken chains remembered until the seals have been asked about them. */
const maxBroken = 10_000;

/**
 * Checks the hash chain of every stream and all seals in one pass over `$all`, folds every stream again, and compares each row of
 * the read models with its stream, the keys of personal data with the receipts of erasures, and API keys and what read
 * models leave out with what operators did. Holds one hash per stream, and a bounded number of folds.
 */
export async function verifyStore(deps: AuditDeps, options: AuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const { eventStore } = deps;
  const findings = createFindings();
  const notes: string[] = [];
  const chains = createChains();
  const rows: Record<string, number> = {};
  let events = 0;

  // Before the head is looked at: the seal, and what was read, are then among those up to it.
  const witness = await witnessedSeal(deps.db);
  const read = await lastEvents(deps.db);
  const leftOut = await startLeftOutCheck({ db: deps.db, findings });
  const apiKeys = await startApiKeyCheck({ db: deps.db, findings });
  const head = await eventStore.head();
  const models = await comparableModels(deps.db, { findings, notes });
  const caughtUp = head === null || (await deps.queries.waitFor(head, catchUpMs));
  if (!caughtUp) {
    notes.push(
      'the read models are behind the events; rows are compared as far as they are, ledgers and syncs are not',
    );
  }
  const rowDeps = { ...deps, findings };
  const ledgers = caughtUp ? await ledgerChecks({ ...rowDeps, notes }) : [];
  const syncs = caughtUp ? await syncCheck({ ...rowDeps, notes }) : null;
  const erasures = deps.keys ? createErasureCheck({ keys: deps.keys, findings }) : null;
  const sealing =
    head &&
    readSeals(eventStore.readStream(sealStream, { pageSize: sealPage }), sealOptions(deps, options, witness, head));
  const register = sealing && createRegisterCheck(sealing.segments());
  const broken: EventFinding[] = [];
  const rowChecks = new Map(
    models.map((model) => [model.projection.fold.prefix, startRowCheck(rowDeps, model, options.maxFolds ?? maxFolds)]),
  );
  if (head) {
    const seen = (event: RecordedEvent) => {
      events += 1;
      const finding = chains.check(event);
      if (finding && broken.length < maxBroken) broken.push(finding);
      syncs?.add(event);
      erasures?.add(event);
      leftOut.add(event);
      apiKeys.add(event);
      if (events % progressEvery === 0) options.onProgress?.({ events, share: share(event.position, head) });
      let waiting = event.stream === sealStream ? undefined : register?.add(sealedForm(event));
      for (const { check } of ledgers) {
        const comparison = check.add(event);
        if (comparison) waiting = Promise.all([waiting, comparison]).then(() => undefined);
      }
      return waiting;
    };
    for await (const page of eventStore.readAllPages({ prefixes: portalPrefixes })) {
      const due = page.filter(({ position }) => comparePositions(position, head) <= 0);
      for (const event of due) {
        // Nearly always there is nothing to wait for, and a turn of the event loop for each event would be dear.
        const waiting = seen(event);
        if (waiting) await waiting;
        const comparison = rowChecks.get(categoryPrefix(event.stream))?.add(event);
        if (comparison) await comparison;
      }
      if (due.length < page.length) break;
    }
    for (const { model, end } of rowChecks.values()) rows[model.projection.name] = await end();
  }
  const sealed = (await register?.end(chains.lastRevision)) ?? [];
  const lost = await lostSinceRead(eventStore, read, { chains, sealed });
  await reportEvents(findings, {
    chains: broken,
    seals: sealing?.findings ?? [],
    deviations: [...sealed.map((found) => ({ ...found, reason: 'seal' as const })), ...lost],
    eventStore,
  });
  for (const model of models) await findStrangeRows(rowDeps, model, chains);
  if (head) for (const { table, check } of ledgers) rows[table] = await check.end(head);
  if (head && syncs) rows.syncs = await syncs.end(head, notes);
  if (erasures) rows.personal_keys = await erasures.end();
  leftOut.end(notes);
  rows.api_keys = await apiKeys.end();
  if (sealing) notes.push(...sealNotes(deps, sealing.summary, register?.counts.beyond ?? 0));

  return reportOf(startedAt, findings, {
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    seals: sealing && { ...sealing.summary, ...(register?.counts ?? { covered: 0, beyond: 0 }) },
    notes,
  });
}

function share(position: Position, head: Position): number {
  return Number((position.commit * 10_000n) / (head.commit || 1n)) / 10_000;
}

/** `order-` of `order-1f0c…` */
function categoryPrefix(stream: string): string {
  return stream.slice(0, stream.indexOf('-') + 1);
}
