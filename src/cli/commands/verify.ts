import { stat } from 'node:fs/promises';
import type { AuditReport } from '../../audit/audit-report.js';
import type { Finding } from '../../audit/findings.js';
import { verifyStore } from '../../audit/verify.js';
import { verifyExport } from '../../audit/verify-file.js';
import { verifyStream } from '../../audit/verify-stream.js';
import { counted } from '../../domain/shared/words.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import type { Progress } from '../progress.js';
import type { Cli } from '../session.js';
import { verifierFrom } from '../verifier.js';

interface VerifyOptions {
  readonly stream?: string;
  readonly file?: string;
  readonly key?: string;
  readonly digest?: string;
}

/** `audit verify`: the whole store, one stream, or an export. */
export async function verify(cli: Cli, options: VerifyOptions): Promise<ExitCode> {
  const progress = cli.out.progress('verify');
  const report = await audit(cli, options, progress).finally(() => progress.end());
  cli.out.answer(report, () => show(cli, report));
  return report.ok ? exitCodes.ok : exitCodes.failed;
}

async function audit(cli: Cli, options: VerifyOptions, progress: Progress): Promise<AuditReport> {
  const verifier = options.key === undefined ? undefined : await verifierFrom(options.key);
  if (options.file !== undefined) {
    if (options.stream !== undefined) throw new CliError('--stream does not go with --file', exitCodes.misused);
    const found = await stat(options.file).catch(() => null);
    if (!found || found.isDirectory()) {
      throw new CliError(`--file ${options.file}: there is no such file`, exitCodes.misused);
    }
    return verifyExport(options.file, {
      verifier,
      digest: options.digest,
      onProgress: (events) => progress.show(events),
    });
  }
  const { eventStore, pools, projections, audit: own, personalKeys: keys } = await cli.portal();
  const { queries } = projections;
  const deps = { eventStore, db: pools.projections, queries, verifier: verifier ?? own.verifier, keys };
  const checks = {
    onProgress: ({ events, share }: { events: number; share: number | null }) => progress.show(events, share),
    ...(options.digest === undefined ? {} : { digest: options.digest }),
  };
  if (options.stream === undefined) return verifyStore(deps, checks);
  const report = await verifyStream(deps, options.stream, checks);
  // Nothing there and nothing missing is a slip of the pen, not a sound stream.
  if (report.events === 0 && report.ok) throw new CliError(`there is no stream ${options.stream}`);
  return report;
}

function show({ out }: Cli, report: AuditReport): void {
  if (report.export) out.line(exportInWords(report.export));
  const seconds = report.durationMs / 1_000;
  const rows = Object.entries(report.rows).map(([name, count]) => `${count} ${name}`);
  out.line(
    `${counted(report.events, 'event')} in ${counted(report.streams, 'stream')}, rows: ${rows.join(', ') || 'none'}; ` +
      `${seconds.toFixed(1)} s, ${Math.round(report.events / Math.max(seconds, 0.001))} events/s`,
  );
  if (report.seals?.last) {
    const { last, covered, keys } = report.seals;
    out.line(
      `${counted(covered, 'event')} under ${counted(report.seals.count, 'seal')}, the last of ${last.sealedAt}; keys ${keys.join(', ') || 'none'}`,
    );
  }
  for (const note of report.notes) out.line(out.colours.yellow(`note: ${note}`));
  if (report.ok) {
    out.line(out.colours.green('Everything is as it was recorded.'));
    return;
  }
  out.line(out.colours.red(counted(report.findingsTotal, 'finding')));
  out.table(
    ['where', 'what', 'detail'],
    report.findings.map((finding) => [
      place(finding),
      finding.kind === 'event' ? finding.what : finding.reason,
      finding.detail,
    ]),
  );
  if (report.findingsTotal > report.findings.length) {
    out.line(`… and ${report.findingsTotal - report.findings.length} more`);
  }
}

/** A sound export of something else, or of an earlier time, passes as well: only who asked for it knows what it should be. */
function exportInWords({ createdAt, filter }: NonNullable<AuditReport['export']>): string {
  const { orderId, sku, from, to } = filter;
  const streams = [orderId && `order ${orderId}`, sku && `SKU ${sku}`].filter(Boolean).join(' and ');
  const times = [from && `from ${from} on`, to && `before ${to}`].filter(Boolean).join(' and ');
  return `Export of ${[streams || 'all streams', times].filter(Boolean).join(', recorded ')}; made ${createdAt}`;
}

function place(finding: Finding): string {
  switch (finding.kind) {
    case 'event':
      return [finding.stream, `#${finding.revision}`, finding.type].filter(Boolean).join(' ');
    case 'row':
      return `read.${finding.table} ${finding.key}`;
    case 'file':
      return finding.file;
  }
}
