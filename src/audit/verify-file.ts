import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sealStream } from '../commands/aggregates.js';
import { type AuditReport, reportOf } from './audit-report.js';
import { type ChainedEvent, createChains } from './chains.js';
import { reportEvents } from './evidence.js';
import { csvColumns, type ExportFormat, lineForm } from './export.js';
import { createFindings, type EventFinding, type Findings } from './findings.js';
import { linesOf } from './lines.js';
import { besides, hashOfFile, readManifest, type SignedManifest, unsigned } from './manifest.js';
import { isSegment, type Registered, type Segment } from './register.js';
import { createRegisterCheck } from './register-check.js';
import { readSeals } from './seal-check.js';
import { sealedForm } from './seals.js';
import type { Verifier } from './signing.js';

/** What was given is no export. */
export class UnreadableExport extends Error {
  override readonly name = 'UnreadableExport';
}

export interface ExportAuditOptions {
  /** Of the keys that may have signed; without any, nothing signed is believed or doubted. */
  readonly verifier?: Verifier;
  /** Digest of a seal that was kept elsewhere: an export of the whole log must have that seal. */
  readonly digest?: string | undefined;
  readonly onProgress?: (events: number) => void;
}

/** Broken chains remembered until index and seals have been asked about them. */
const maxBroken = 10_000;

/**
 * Checks an export without any server: the manifest's signature, the hashes of its files, every line against the index,
 * every hash chain, and in an export of the whole log its seals. Without a manifest only the chains can be checked, which
 * is a finding when there are keys to check with; a stream may then begin in the middle, since an export may.
 *
 * @throws UnreadableExport for a file that is none
 */
export async function verifyExport(file: string, options: ExportAuditOptions = {}): Promise<AuditReport> {
  const startedAt = Date.now();
  const findings = createFindings();
  const notes: string[] = [];
  const verifier = options.verifier && options.verifier.keys.length > 0 ? options.verifier : null;
  const manifest = await manifestOf(file, verifier, findings, notes);
  const format = manifest?.format ?? formatOf(file);
  const index = manifest && (await checkFiles(file, manifest, findings)) ? besides.index(file) : null;
  const listed = createRegisterCheck(index ? segmentsIn(index) : none());
  const whole = manifest !== null && format === 'jsonl' && Object.keys(manifest.filter).length === 0;
  const { digest } = options;
  if (digest !== undefined && !whole) {
    throw new UnreadableExport('a seal can only be looked for in an export of the whole log as JSON lines');
  }
  const sealing = whole
    ? readSeals(sealsIn(file), { verifier, ...(digest === undefined ? {} : { digests: [digest] }) })
    : null;
  const sealed = sealing && createRegisterCheck(sealing.segments());
  const chains = createChains({ partial: !whole });
  const broken: EventFinding[] = [];
  const last = new Map<string, number>();
  let events = 0;
  for await (const { number, form, event } of linesIn(file, format)) {
    if (!form) {
      const detail = `line ${number} is not an event of \`audit export --format ${format}\``;
      if (!index) throw new UnreadableExport(detail);
      findings.add({ kind: 'file', file: path.basename(file), reason: 'unreadable', detail });
      continue;
    }
    events += 1;
    last.set(form.stream, Math.max(form.revision, last.get(form.stream) ?? -1));
    if (index) await listed.add(form);
    const finding = event && chains.check(event);
    if (finding && broken.length < maxBroken) broken.push(finding);
    if (event && event.stream !== sealStream) await sealed?.add(sealedForm(event));
    options.onProgress?.(events);
  }
  const lastRevision = (stream: string) => last.get(stream) ?? null;
  const ofIndex = index
    ? (await listed.end(lastRevision)).map((found) => ({ ...found, reason: 'index' as const }))
    : [];
  const ofSeals = ((await sealed?.end(lastRevision)) ?? []).map((found) => ({ ...found, reason: 'seal' as const }));
  const unlisted = ofSeals.filter(({ stream }) => !ofIndex.some((found) => found.stream === stream));
  const seals = ofIndex.some(({ stream }) => stream === sealStream) ? [] : (sealing?.findings ?? []);
  await reportEvents(findings, { chains: broken, seals, deviations: [...ofIndex, ...unlisted] });
  return reportOf(startedAt, findings, {
    head: manifest?.head ?? null,
    events,
    streams: last.size,
    rows: {},
    seals: sealing && { ...sealing.summary, ...(sealed?.counts ?? { covered: 0, beyond: 0 }) },
    notes,
  });
}

/** A line of an export. `form` is null when it is none; `event` is there where the format has whole events. */
interface Line {
  readonly number: number;
  readonly form: Registered | null;
  readonly event: ChainedEvent | null;
}

async function* linesIn(file: string, format: ExportFormat): AsyncGenerator<Line> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (line.trim() === '' || (format === 'csv' && number === 1 && line === csvColumns.join(','))) continue;
    const event = format === 'jsonl' ? eventIn(line) : null;
    const form = format === 'jsonl' && !event ? null : lineForm(line, format);
    yield { number, form, event };
  }
}

async function manifestOf(
  file: string,
  verifier: Verifier | null,
  findings: Findings,
  notes: string[],
): Promise<SignedManifest | null> {
  const name = path.basename(besides.manifest(file));
  const text = await readFile(besides.manifest(file), 'utf8').catch(() => null);
  if (text === null) {
    if (formatOf(file) === 'csv')
      throw new UnreadableExport(`a CSV export is checked with its manifest, and there is no ${name}`);
    const detail = 'only the chains are checked, not what is missing before or after them';
    if (verifier) findings.add({ kind: 'file', file: name, reason: 'missing', detail });
    else notes.push(`there is no ${name}: ${detail}`);
    return null;
  }
  const manifest = readManifest(text);
  if (!manifest) {
    findings.add({ kind: 'file', file: name, reason: 'unreadable', detail: 'it is no manifest of an export' });
    return null;
  }
  const report = (reason: 'signature' | 'unknown-key', detail: string) =>
    findings.add({ kind: 'file', file: name, reason, detail });
  if (!verifier) notes.push('no public key was given with --key, so no signature is checked');
  else if (!manifest.signature) report('signature', 'it is not signed');
  else {
    const verdict = verifier.verify(unsigned(manifest), manifest.signature);
    if (verdict === 'invalid') report('signature', 'it is not what its signature is over');
    if (verdict === 'unknown-key')
      report('unknown-key', `the key ${manifest.signature.keyId} that signed it was not given`);
  }
  return manifest;
}

/** @returns whether the index is the one of the manifest */
async function checkFiles(file: string, manifest: SignedManifest, findings: Findings): Promise<boolean> {
  let indexed = false;
  for (const { role, name, sha256 } of manifest.files) {
    const found = await hashOfFile(role === 'events' ? file : besides.index(file));
    if (found?.sha256 === sha256) indexed ||= role === 'index' && (await readable(name));
    else if (found)
      findings.add({ kind: 'file', file: name, reason: 'hash', detail: 'it is not the file of the manifest' });
    else findings.add({ kind: 'file', file: name, reason: 'missing', detail: 'it cannot be read' });
  }
  return indexed;

  /** Whoever makes the index anew can make its hash anew as well, so it may hold anything; then the signature tells. */
  async function readable(name: string): Promise<boolean> {
    let number = 0;
    for await (const line of linesOf(besides.index(file))) {
      number += 1;
      if (segmentIn(line)) continue;
      findings.add({ kind: 'file', file: name, reason: 'unreadable', detail: `line ${number} is not one of an index` });
      return false;
    }
    return true;
  }
}

function formatOf(file: string): ExportFormat {
  return file.endsWith('.csv') ? 'csv' : 'jsonl';
}

async function* segmentsIn(index: string): AsyncGenerator<Segment> {
  for await (const line of linesOf(index)) {
    const segment = segmentIn(line);
    if (segment) yield segment;
  }
}

function segmentIn(line: string): Segment | null {
  try {
    const value: unknown = JSON.parse(line);
    return isSegment(value) ? value : null;
  } catch {
    return null;
  }
}

async function* none(): AsyncGenerator<Segment> {}

/** The seals come behind what they cover, so they are read ahead. */
async function* sealsIn(file: string): AsyncGenerator<ChainedEvent> {
  for await (const line of linesOf(file)) {
    const event = line.includes(sealStream) ? eventIn(line) : null;
    if (event?.stream === sealStream) yield event;
  }
}

function eventIn(line: string): ChainedEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return isExported(value) ? { ...value, revision: BigInt(value.revision) } : null;
  } catch {
    return null;
  }
}

function isExported(value: unknown): value is Omit<ChainedEvent, 'revision'> & { revision: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { stream, revision, type, metadata } = value as Partial<Record<string, unknown>>;
  return (
    typeof stream === 'string' &&
    typeof type === 'string' &&
    Number.isSafeInteger(revision) &&
    typeof metadata === 'object' &&
    metadata !== null &&
    'hash' in metadata
  );
}
