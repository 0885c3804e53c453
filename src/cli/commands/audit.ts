import type { Command } from 'commander';
import type { Finding } from '../../audit/findings.js';
import { type AuditReport, verifyStore, verifyStream } from '../../audit/verify.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Act, Cli } from '../session.js';

/** `audit …`: whether the events are what was recorded, and the read models what the events say. */
export function auditCommands(program: Command, act: Act): void {
  const group = program.command('audit').description('check what is recorded, and export it');

  group
    .command('verify')
    .description('check every hash chain, fold every stream again and compare it with the read models')
    .option('--stream <stream>', 'only this stream and its row')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run portal -- audit verify\n  npm run portal -- audit verify --stream order-1f0c…\n',
    )
    .action(act(verify));
}

async function verify(cli: Cli, options: { stream?: string }): Promise<ExitCode> {
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
