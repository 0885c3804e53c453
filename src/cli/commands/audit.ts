import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { exportedEvents, exportFormats, exportLines } from '../../audit/export.js';
import type { Finding } from '../../audit/findings.js';
import { sealNow } from '../../audit/seal-schedule.js';
import { type AuditReport, verifyStore, verifyStream } from '../../audit/verify.js';
import { verifyExport } from '../../audit/verify-file.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { oneOf, timeOf } from '../options.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';
import { dossier } from './dossier.js';

/** `audit …`: whether the events are what was recorded, and the read models what the events say. */
export function auditCommands(program: Command, act: Act): void {
  const group = program.command('audit').description('check what is recorded, and export it');

  group
    .command('verify')
    .description('check every hash chain, fold every stream again and compare it with the read models')
    .option('--stream <stream>', 'only this stream and its row')
    .option('--file <file>', 'the chains in an export (jsonl) instead, without any server')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run portal -- audit verify\n  npm run portal -- audit verify --stream order-1f0c…\n' +
        '  npm run portal -- audit verify --file export.jsonl\n',
    )
    .action(act(verify));

  group
    .command('export')
    .description('recorded events as they are stored, oldest first, on standard output')
    .option('--from <time>', 'recorded at or after (ISO 8601)')
    .option('--to <time>', 'recorded before (ISO 8601)')
    .option('--order <id>', 'only this order, by id or number')
    .option('--sku <sku>', 'only this SKU')
    .option('--format <format>', `one of ${exportFormats.join(', ')}`, 'jsonl')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run --silent portal -- audit export --from 2026-03-01 --to 2026-04-01 > march.jsonl\n' +
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
    .option('--keys <file>', 'public keys to check the signature with (PEM, JWK or JWK set)')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run portal -- audit dossier VL-7K3M-9QXT-2WCD --out dossier\n' +
        '  npm run portal -- audit dossier --check dossier --keys keys.json\n',
    )
    .action(act(dossier));
}

async function seal(cli: Cli): Promise<ExitCode> {
  const portal = cli.portal();
  const { signer } = portal.audit;
  if (!signer) throw new CliError('AUDIT_SIGNING_KEY is not set: nothing can be signed', exitCodes.misused);
  const run = await sealNow({ ...portal, ...portal.audit, eventStore: portal.storedEvents, signer }, cli.context());
  if (!run) throw new CliError('another process has been sealing for a minute; its seals cover everything before them');
  const { seals, events, last } = run;
  const { number, digest, sealedAt, upTo } = last ?? {};
  const { keyId } = last?.signature ?? {};
  const answer = { seals, events, last: last && { number, digest, sealedAt, upTo, keyId } };
  cli.out.answer(answer, () => {
    cli.out.line(seals === 0 ? 'Nothing was recorded since the last seal.' : `${events} events sealed.`);
    if (last) cli.out.line(`seal ${number} of ${sealedAt}, up to ${upTo}, key ${keyId}\ndigest ${digest}`);
  });
  return exitCodes.ok;
}

async function verify(cli: Cli, options: { stream?: string; file?: string }): Promise<ExitCode> {
  if (options.file !== undefined) return verifyFile(cli, options.file);
  const { eventStore, pools, projections } = cli.portal();
  const deps = { eventStore, db: pools.projections, queries: projections.queries };
  const progress = cli.out.progress('verify');
  const report = await (options.stream === undefined
    ? verifyStore(deps, { onProgress: ({ events, share }) => progress.show(events, share) })
    : verifyStream(deps, options.stream)
  ).finally(() => progress.end());
  cli.out.answer(report, () => show(cli, report));
  return report.ok ? exitCodes.ok : exitCodes.failed;
}

async function verifyFile(cli: Cli, file: string): Promise<ExitCode> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const report = await verifyExport(lines);
  cli.out.answer(report, () => show(cli, report));
  return report.ok ? exitCodes.ok : exitCodes.failed;
}

interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly sku?: string;
  readonly format: string;
}

async function exportEvents(cli: Cli, options: ExportOptions): Promise<ExitCode> {
  const format = oneOf('--format', options.format, exportFormats);
  const filter = {
    ...(options.from === undefined ? {} : { from: timeOf('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: timeOf('--to', options.to) }),
    ...(options.order === undefined ? {} : { orderId: await resolveOrderId(cli.portal(), options.order) }),
    ...(options.sku === undefined ? {} : { sku: options.sku }),
  };
  const { storedEvents } = cli.portal();
  // A terminal shows the events themselves; a bar between them helps nobody.
  const progress = process.stdout.isTTY ? null : cli.out.progress('export');
  let events = 0;
  try {
    for await (const line of exportLines(exportedEvents(storedEvents, filter), format)) {
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
      events += 1;
      progress?.show(events);
    }
  } finally {
    progress?.end();
  }
  return exitCodes.ok;
}

function show({ out }: Cli, report: AuditReport): void {
  const seconds = report.durationMs / 1_000;
  const rows = Object.entries(report.rows).map(([name, count]) => `${count} ${name}`);
  out.line(
    `${report.events} events in ${report.streams} streams, rows: ${rows.join(', ') || 'none'}; ` +
      `${seconds.toFixed(1)} s, ${Math.round(report.events / Math.max(seconds, 0.001))} events/s`,
  );
  for (const note of report.notes) out.line(out.colours.yellow(`note: ${note}`));
  if (report.ok) {
    out.line(out.colours.green('Everything is as it was recorded.'));
    return;
  }
  out.line(out.colours.red(`${report.findingsTotal} findings`));
  out.table(
    ['where', 'what', 'detail'],
    report.findings.map((finding) => [place(finding), finding.reason, finding.detail]),
  );
  if (report.findingsTotal > report.findings.length) {
    out.line(`… and ${report.findingsTotal - report.findings.length} more`);
  }
}

function place(finding: Finding): string {
  switch (finding.kind) {
    case 'event':
      return `${finding.stream} #${finding.revision} ${finding.type}`;
    case 'row':
      return `read.${finding.table} ${finding.key}`;
  }
}
