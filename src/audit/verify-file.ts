import path from 'node:path';
import { type AuditReport, reportOf } from './audit-report.js';
import { createExportCheck } from './export-check.js';
import { formatOf, linesIn, sealsIn, segmentsIn, UnreadableExport } from './export-reading.js';
import { createFindings } from './findings.js';
import { besides } from './manifest.js';
import { checkedManifest, checkFiles } from './manifest-check.js';
import { readSeals } from './seal-check.js';
import type { Verifier } from './signing.js';

export interface ExportAuditOptions {
  /** Of the keys that may have signed; without any, nothing signed is believed or doubted. */
  readonly verifier?: Verifier | undefined;
  /** Digest of a seal that was kept elsewhere: an export of the whole log must have that seal. */
  readonly digest?: string | undefined;
  readonly onProgress?: (events: number) => void;
}

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
  const manifest = await checkedManifest(file, verifier, { findings, notes });
  const indexed = manifest !== null && (await checkFiles(file, manifest, findings));
  const format = manifest?.format ?? formatOf(file);
  const whole = manifest !== null && format === 'jsonl' && Object.keys(manifest.filter).length === 0;
  const digests = options.digest === undefined ? [] : [options.digest];
  if (digests.length > 0 && !whole) {
    throw new UnreadableExport('a seal can only be looked for in an export of the whole log as JSON lines');
  }
  const index = indexed ? segmentsIn(besides.index(file)) : null;
  const check = createExportCheck(findings, index, whole ? readSeals(sealsIn(file), { verifier, digests }) : null);

  let events = 0;
  for await (const { number, form, event } of linesIn(file, format)) {
    if (form) {
      events += 1;
      await check.add(form, event);
      options.onProgress?.(events);
      continue;
    }
    const detail = `line ${number} is not an event of \`audit export --format ${format}\``;
    if (!index) throw new UnreadableExport(detail);
    findings.add({ kind: 'file', file: path.basename(file), reason: 'unreadable', detail });
  }

  await check.end();
  return reportOf(startedAt, findings, {
    ...(manifest ? { export: { createdAt: manifest.createdAt, filter: manifest.filter } } : {}),
    head: manifest?.head ?? null,
    events,
    streams: check.streams,
    rows: {},
    seals: check.seals,
    notes,
  });
}
