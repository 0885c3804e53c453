import { inventorySyncs, sealStream } from '../commands/aggregates.js';
import { formatPosition, type Position } from '../commands/event-store.js';
import {
  type AuditDeps,
  type AuditOptions,
  type AuditReport,
  catchUpMs,
  progressEvery,
  reportOf,
} from './audit-report.js';
import { createChains } from './chains.js';
import { comparableModels, syncCheck } from './comparable.js';
import { reportEvents } from './evidence.js';
import { createFindings, type EventFinding } from './findings.js';
import { createRegisterCheck } from './register-check.js';
import { lookAgain } from './rows.js';
import { readSeals, sealPage, segmentsOf } from './seal-check.js';
import { sealNotes, sealOptions } from './seal-notes.js';
import { witnessedSeal } from './seal-witness.js';
import { sealedForm } from './seals.js';

/** What `verifyStore` does, for one stream and its row, or the rows of its sync runs. */
export async function verifyStream(deps: AuditDeps, stream: string, options: AuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const findings = createFindings();
  const notes: string[] = [];
  const chains = createChains();
  const rows: Record<string, number> = {};
  let events = 0;
  let head: Position | null = null;
  const sealing = readSeals(
    deps.eventStore.readStream(sealStream, { pageSize: sealPage }),
    sealOptions(deps, options, await witnessedSeal(deps.db)),
  );
  const ofSyncs = stream.startsWith(`${inventorySyncs.category}-`);
  const syncs = ofSyncs ? await syncCheck({ ...deps, findings, notes }, stream) : null;
  const register = createRegisterCheck(segmentsOf(stream, sealing.segments()));
  const broken: EventFinding[] = [];
  for await (const event of deps.eventStore.readStream(stream)) {
    const finding = chains.check(event);
    if (finding) broken.push(finding);
    syncs?.add(event);
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
  for (const model of await comparableModels(deps.db, { findings, notes })) {
    const { name, prefix } = model.projection.fold;
    if (!stream.startsWith(prefix)) continue;
    if (head && !(await deps.queries.waitFor(head, catchUpMs))) notes.push(`${name} is behind the events`);
    await lookAgain({ ...deps, findings }, model, stream.slice(prefix.length));
    rows[name] = 1;
  }
  if (syncs && head) {
    if (await deps.queries.waitFor(head, catchUpMs)) rows.syncs = await syncs.end(head, notes);
    else notes.push('syncs is behind the events and is not compared');
  }
  notes.push(...sealNotes(deps, sealing.summary, register.counts.beyond));
  return reportOf(startedAt, findings, {
    head: head && formatPosition(head),
    events,
    streams: chains.streams,
    rows,
    seals: { ...sealing.summary, ...register.counts },
    notes,
  });
}
