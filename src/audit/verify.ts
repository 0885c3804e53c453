import { portalPrefixes, sealStream } from '../commands/aggregates.js';
import {
  comparePositions,
  type EventStore,
  formatPosition,
  type Position,
  type RecordedEvent,
} from '../commands/event-store.js';
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
import { createFindings } from './findings.js';
import { createHeldBackCheck, settingsPrefixes } from './held-back.js';
import { startLeftOutCheck } from './left-out.js';
import { createLogCheck } from './log-check.js';
import { readSeals, sealPage } from './seal-check.js';
import { sealNotes, sealOptions } from './seal-notes.js';
import { witnessedSeal } from './seal-witness.js';
import { passing, type StateCheck, startStateChecks } from './state-checks.js';

/**
 * Checks the hash chain of every stream and all seals in one pass over `$all`, folds every stream again, and compares each
 * row of the read models with its stream, the keys of personal data with the receipts of erasures, and API keys and what
 * read models leave out with what operators did. Streams of which the store keeps events back are named. Holds one hash per
 * stream, and a bounded number of folds.
 */
export async function verifyStore(deps: AuditDeps, options: AuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const { eventStore, db } = deps;
  const findings = createFindings();
  const notes: string[] = [];

  // Before the head is looked at: the seal, and what was read or done, are then among those up to it.
  const witness = await witnessedSeal(db);
  const read = await lastEvents(db);
  const leftOut = await startLeftOutCheck({ db, findings });
  const apiKeys = await startApiKeyCheck({ db, findings });
  const head = await eventStore.head();

  const caughtUp = head === null || (await deps.queries.waitFor(head, catchUpMs));
  if (!caughtUp) {
    notes.push(
      'the read models are behind the events; rows are compared as far as they are, ledgers and syncs are not',
    );
  }
  const seals = head && eventStore.readStream(sealStream, { pageSize: sealPage });
  const log = createLogCheck(
    { eventStore, findings },
    seals && readSeals(seals, sealOptions(deps, options, witness, head)),
  );
  const { chains } = log;
  const state = await startStateChecks(
    { ...deps, findings, notes },
    { head, caughtUp, chains, maxFolds: options.maxFolds },
  );
  state.push({ name: 'api_keys', add: passing(apiKeys), end: apiKeys.end });

  const checks = [log, ...state, { add: passing(leftOut) }];
  const isSetting = createHeldBackCheck(findings);
  let events = 0;
  for await (const { page, share } of pagesUpTo(head, eventStore)) {
    for (const event of page) {
      if (isSetting(event)) continue;
      events += 1;
      if (events % progressEvery === 0) options.onProgress?.({ events, share });
      for (const check of checks) {
        // Nearly always there is nothing to wait for, and a turn of the event loop for each event would be dear.
        const waiting = check.add(event);
        if (waiting) await waiting;
      }
    }
  }

  await log.end(read);
  const rows = await endAll(state);
  leftOut.end(notes);
  if (log.seals) notes.push(...sealNotes(deps, log.seals, log.seals.beyond));
  return reportOf(startedAt, findings, {
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    seals: log.seals,
    notes,
  });
}

/** @returns how many rows were compared, by what they are of */
async function endAll(checks: readonly StateCheck[]): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const { name, end } of checks) rows[name] = await end();
  return rows;
}

/** Events up to this one, and how much of the log has been read with them. */
async function* pagesUpTo(
  head: Position | null,
  eventStore: Pick<EventStore, 'readAllPages'>,
): AsyncGenerator<{ page: readonly RecordedEvent[]; share: number }> {
  if (!head) return;
  for await (const page of eventStore.readAllPages({ prefixes: [...portalPrefixes, ...settingsPrefixes] })) {
    const due = page.filter(({ position }) => comparePositions(position, head) <= 0);
    const last = due.at(-1);
    if (last) yield { page: due, share: Number((last.position.commit * 10_000n) / (head.commit || 1n)) / 10_000 };
    if (due.length < page.length) return;
  }
}
