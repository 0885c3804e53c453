import { once } from 'node:events';
import { type Command, Option } from 'commander';
import type { AuditReport } from '../../audit/audit-report.js';
import { exportedEvents, exportFormats, exportLines, unknownIn } from '../../audit/export.js';
import { exportToFiles } from '../../audit/export-files.js';
import type { Finding } from '../../audit/findings.js';
import { sealNow } from '../../audit/seal-schedule.js';
import { verifyStore } from '../../audit/verify.js';
import { verifyExport } from '../../audit/verify-file.js';
import { verifyStream } from '../../audit/verify-stream.js';
import { counted } from '../../domain/shared/words.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { oneOf, timeOf } from '../options.js';
import type { Progress } from '../progress.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';
import { verifierFrom } from '../verifier.js';
import { dossier } from './dossier.js';

/** `audit …`: whether the events are what was recorded, and the read models what the events say. */
export function auditCommands(program: Command, act: Act): void {
  const group = program.command('audit').description('check what is recorded, and export it');

  group
    .command('verify')
    .description('check every hash chain and seal, fold every stream again and compare it with the read models')
    .option('--stream <stream>', 'only this stream and its row')
    .option('--file <file>', 'an export instead, with its index and manifest beside it, without any server')
    .option('--key <file>', 'trust these public keys (JWK set or PEM) and no others')
    .option('--digest <digest>', 'the seal with this digest, kept elsewhere, must be there')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run portal -- audit verify\n  npm run portal -- audit verify --stream order-1f0c…\n' +
        '  npm run portal -- audit verify --file export.jsonl --key audit-key.json\n',
    )
    .action(act(verify));

  group
    .command('export')
    .description('recorded events as they are stored, oldest first, on standard output or into files')
    .option('--from <time>', 'recorded at or after (ISO 8601)')
    .option('--to <time>', 'recorded before (ISO 8601)')
    .option('--order <id>', 'only this order, by id or number')
    .option('--sku <sku>', 'only this SKU')
    .option('--out <file>', 'write this file, its index and a signed manifest')
    .option('--format <format>', `one of ${exportFormats.join(', ')}`, 'jsonl')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run --silent portal -- audit export --from 2026-03-01 --to 2026-04-01 --out march.jsonl\n' +
        '  npm run --silent portal -- audit export --order VL-7K3M-9QXT-2WCD --format csv\n',
    )
    .action(act(exportEvents));

  group
    .command('seal')
    .description('seal now what was recorded since the last seal; the digest it shows is worth keeping elsewhere')
    .action(act(seal));

  group
    .command('dossier [order]')
    .description('everything on record about an order: a page to read and print, its events, a signed manifest')
    .option('--out <dir>', 'write it into this new or empty folder')
    .option('--check <dir>', 'check such a folder instead, without any server')
    .option('--key <file>', 'trust these public keys (JWK set or PEM), with --check')
    .addOption(new Option('--keys <file>').hideHelp())
    .addHelpText(
      'after',
      '\nExamples:\n  npm run portal -- audit dossier VL-7K3M-9QXT-2WCD --out dossier\n' +
        '  npm run portal -- audit dossier --check dossier --key audit-key.json\n',
    )
    .action(act(dossier));
}

async function seal(cli: Cli): Promise<ExitCode> {
  const portal = await cli.portal();
  const { signer } = portal.audit;
  if (!signer) throw new CliError('AUDIT_SIGNING_KEY is not set: nothing can be signed', exitCodes.misused);
  const { pools, storedEvents: eventStore } = portal;
  const deps = { ...portal, ...portal.audit, db: pools.workers, eventStore, signer };
  const run = await sealNow(deps, cli.context());
  if (!run) throw new CliError('another process has been sealing for a minute; its seals cover everything before them');
  const { seals, events, last } = run;
  const { number, digest, sealedAt, upTo } = last ?? {};
  const { keyId } = last?.signature ?? {};
  const answer = { seals, events, last: last && { number, digest, sealedAt, upTo, keyId } };
  cli.out.answer(answer, () => {
    cli.out.line(seals === 0 ? 'Nothing was recorded since the last seal.' : `${counted(events, 'event')} sealed.`);
    if (last) cli.out.line(`seal ${number} of ${sealedAt}, up to ${upTo}, key ${keyId}\ndigest ${digest}`);
  });
  return exitCodes.ok;
}

interface VerifyOptions {
  readonly stream?: string;
  readonly file?: string;
  readonly key?: string;
  readonly digest?: string;
}

async function verify(cli: Cli, options: VerifyOptions): Promise<ExitCode> {
  const progress = cli.out.progress('verify');
  const report = await audit(cli, options, progress).finally(() => progress.end());
  cli.out.answer(report, () => show(cli, report));
  return report.ok ? exitCodes.ok : exitCodes.failed;
}

async function audit(cli: Cli, options: VerifyOptions, progress: Progress): Promise<AuditReport> {
  const verifier = options.key === undefined ? undefined : await verifierFrom(options.key);
  if (options.file !== undefined) {
    if (options.stream !== undefined) throw new CliError('--stream does not go with --file', exitCodes.misused);
    return verifyExport(options.file, {
      ...(verifier ? { verifier } : {}),
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

interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly sku?: string;
  readonly format: string;
  readonly out?: string;
}

async function exportEvents(cli: Cli, options: ExportOptions): Promise<ExitCode> {
  const format = oneOf('--format', options.format, exportFormats);
  const filter = {
    ...(options.from === undefined ? {} : { from: timeOf('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: timeOf('--to', options.to) }),
    ...(options.order === undefined ? {} : { orderId: await resolveOrderId(await cli.portal(), options.order) }),
    ...(options.sku === undefined ? {} : { sku: options.sku }),
  };
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw new CliError(`nothing is from ${filter.from} on and before ${filter.to}`, exitCodes.misused);
  }
  const { storedEvents, audit: keys, clock } = await cli.portal();
  const unknown = await unknownIn(storedEvents, filter);
  if (unknown !== null) throw new CliError(`there is no ${unknown}`);
  if (options.out !== undefined)
    return exportSigned(cli, options.out, { filter, format, signer: keys.signer, now: clock.now() });
  // A terminal shows the events themselves; a bar between them helps nobody.
  const { stdout } = cli.terminal;
  const progress = stdout.isTTY ? null : cli.out.progress('export');
  let events = 0;
  try {
    for await (const line of exportLines(exportedEvents(storedEvents, filter), format)) {
      if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
      events += 1;
      progress?.show(events);
    }
  } finally {
    progress?.end();
  }
  return exitCodes.ok;
}

async function exportSigned(
  cli: Cli,
  file: string,
  options: Omit<Parameters<typeof exportToFiles>[1], 'file' | 'onProgress'>,
): Promise<ExitCode> {
  const progress = cli.out.progress('export');
  const { storedEvents } = await cli.portal();
  const manifest = await exportToFiles(storedEvents, {
    ...options,
    file,
    onProgress: (events) => progress.show(events),
  }).finally(() => progress.end());
  cli.out.answer(manifest, () => {
    const { events, streams, files, signature } = manifest;
    cli.out.line(`${counted(events, 'event')} in ${counted(streams, 'stream')}`);
    for (const { name, bytes, sha256 } of files) cli.out.line(`${sha256}  ${name} (${bytes} bytes)`);
    cli.out.line(signature ? `signed by ${signature.keyId}` : 'not signed: AUDIT_SIGNING_KEY is not set');
  });
  return exitCodes.ok;
}

function show({ out }: Cli, report: AuditReport): void {
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
