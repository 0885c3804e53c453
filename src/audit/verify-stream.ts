import { inventorySyncs, sealStream } from '../commands/aggregates.js';
import { formatPosition, type Position } from '../commands/event-store.js';
import { idOf, isStreamOf } from '../commands/streams.js';
import {
  type AuditDeps,
  type AuditOptions,
  type AuditReport,
  catchUpMs,
  progressEvery,
  reportOf,
} from './audit-report.js';
import { comparableModels, syncCheck } from './comparable.js';
import { createFindings } from './findings.js';
import { createLogCheck } from './log-check.js';
import { lookAgain } from './one-row.js';
import { readSeals, sealPage, segmentsOf } from './seal-check.js';
import { sealNotes, sealOptions } from './seal-notes.js';
import { witnessedSeal } from './seal-witness.js';

/** What `verifyStore` does, for one stream and its row, or the rows of its sync runs. */
export async function verifyStream(deps: AuditDeps, stream: string, options: AuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const findings = createFindings();
  const notes: string[] = [];
  const rows: Record<string, number> = {};
  let events = 0;
  let head: Position | null = null;
  const sealing = readSeals(
    deps.eventStore.readStream(sealStream, { pageSize: sealPage }),
    sealOptions(deps, options, await witnessedSeal(deps.db)),
  );
  const log = createLogCheck({ ...deps, findings }, sealing, segmentsOf(stream, sealing.segments()));
  const syncs = isStreamOf(inventorySyncs, stream) ? await syncCheck({ ...deps, findings, notes }, stream) : null;
  for await (const event of deps.eventStore.readStream(stream)) {
    const waiting = log.add(event);
    if (waiting) await waiting;
    syncs?.add(event);
    head = event.position;
    events += 1;
    if (events % progressEvery === 0) options.onProgress?.({ events, share: null });
  }
  await log.end();
  for (const model of await comparableModels(deps.db, { findings, notes })) {
    const { fold } = model.projection;
    if (!isStreamOf(fold, stream)) continue;
    if (head && !(await deps.queries.waitFor(head, catchUpMs))) notes.push(`${fold.name} is behind the events`);
    await lookAgain({ ...deps, findings }, model, idOf(stream));
    rows[fold.name] = 1;
  }
  if (syncs && head) {
    if (await deps.queries.waitFor(head, catchUpMs)) rows.syncs = await syncs.end(head, notes);
    else notes.push('syncs is behind the events and is not compared');
  }
  if (log.seals) notes.push(...sealNotes(deps, log.seals, log.seals.beyond));
  return reportOf(startedAt, findings, {
    head: head && formatPosition(head),
    events,
    streams: log.chains.streams,
    rows,
    seals: log.seals,
    notes,
  });
}
