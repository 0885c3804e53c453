import type { Command } from 'commander';
import { type FindingClass, findingClasses } from '../../processes/reconcile/finding.js';
import { createReconcile } from '../../processes/reconcile/reconcile.js';
import type { Repaired } from '../../processes/reconcile/repair.js';
import { readableReport } from '../../processes/reconcile/report.js';
import { examples } from '../examples.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { choice } from '../options.js';
import type { Act, Cli } from '../session.js';
import { reconcileByHandCommands } from './reconcile-by-hand.js';

/** `reconcile`: what portal and warehouse say of orders and stock, side by side. */
export function reconcileCommands(program: Command, act: Act): void {
  const command = program
    .command('reconcile')
    .description('compare portal and warehouse; exit code 1 when they differ and it is not repaired')
    .addOption(choice('--repair <class>', 'repair what has a repair: all, or one class', ['all', ...findingClasses]))
    .addHelpText('after', examples('reconcile', 'reconcile --repair status', 'reconcile --json | jq .report.counts'))
    .action(act(reconcile));
  reconcileByHandCommands(command, act);
}

async function reconcile(cli: Cli, options: { repair?: 'all' | FindingClass }): Promise<ExitCode> {
  const wanted = options.repair ?? null;
  const reconciliation = createReconcile(await cli.portal());
  const report = await reconciliation.compare();
  const only: FindingClass | undefined = wanted === null || wanted === 'all' ? undefined : wanted;
  const repaired = wanted === null ? [] : await reconciliation.repair(report, cli.context(), only);
  cli.out.answer({ report, repaired }, () => {
    cli.out.line(readableReport(report));
    cli.out.table(['repaired', 'class', 'outcome'], repaired.map(rowOf));
  });
  const mended = new Set(repaired.filter(({ done }) => done).map(({ finding }) => finding));
  return report.findings.every((finding) => mended.has(finding)) ? exitCodes.ok : exitCodes.failed;
}

function rowOf({ finding, outcome, done }: Repaired): string[] {
  const what = finding.orderNumber ?? finding.sku ?? finding.extensivOrderId ?? '';
  return [what, finding.class, done ? outcome : `not done: ${outcome}`];
}
