import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Portal } from '../../compose.js';
import type { SyncView } from '../../projections/views.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import type { Act, Cli } from '../session.js';

/** `inventory …`: the stock as the warehouse says. */
export function inventoryCommands(program: Command, act: Act): void {
  const group = program.command('inventory').description('stock from the warehouse');

  group
    .command('sync')
    .description('ask the workers for a sync with the warehouse, or join the one under way')
    .option('--force', 'believe a snapshot that shrank by more than half or disagrees with its own count')
    .option('--wait', 'until the run has ended; exit code 1 when it failed')
    .addHelpText('after', examples('inventory sync --wait', 'inventory sync --force'))
    .action(act(sync));
}

/** Every page of a big warehouse with every retry; the run itself goes on when nobody waits any longer. */
const waitLimitMs = 30 * 60_000;
const lookEveryMs = 250;
/** A free worker begins within a second or two. */
const silentMs = 5_000;

async function sync(cli: Cli, options: { force?: boolean; wait?: boolean }): Promise<ExitCode> {
  const portal = await cli.portal();
  const { syncId } = await portal.useCases.syncInventory(
    { force: options.force === true, wait: false, trigger: 'manual' },
    cli.context(),
  );
  if (!options.wait) {
    cli.out.answer({ syncId }, () => cli.out.line(`The sync ${syncId} is requested.`));
    return exitCodes.ok;
  }
  const run = await ended(cli, portal, syncId);
  cli.out.answer(run, () => {
    const { received, created, changed, delisted, rejected, durationMs, error } = run;
    cli.out.line(
      run.status === 'completed'
        ? `${received} items in ${((durationMs ?? 0) / 1_000).toFixed(1)} s: ${created} new, ${changed} changed, ` +
            `${delisted} delisted, ${rejected.length} rejected`
        : cli.out.colours.red(`The sync failed: ${error ?? 'without a reason'}`),
    );
    cli.out.table(
      ['rejected sku', 'item', 'reason'],
      rejected.map((item) => [item.sku, item.index, item.reason]),
    );
  });
  return run.status === 'completed' ? exitCodes.ok : exitCodes.failed;
}

async function ended(cli: Cli, portal: Portal, syncId: string): Promise<SyncView> {
  const progress = cli.out.progress('items of the sync');
  const startedAt = performance.now();
  let begun = false;
  let told = false;
  try {
    while (performance.now() - startedAt < waitLimitMs) {
      const run = await portal.projections.queries.sync(syncId);
      if (run && run.status !== 'running') return run;
      begun ||= run !== null;
      if (!begun && !told && performance.now() - startedAt > silentMs) {
        told = true;
        cli.out.note(
          `The sync ${syncId} is requested, and no worker has begun it; \`doctor\` tells what is in the way.`,
        );
      }
      const now = await portal.syncProgress.read();
      if (now?.syncId === syncId) progress.show(now.done, now.total ? shareOf(now.phase, now.done / now.total) : null);
      await sleep(lookEveryMs);
    }
  } finally {
    progress.end();
  }
  throw new CliError(`the sync ${syncId} has not ended yet; is a process with the role workers running?`);
}

/** Downloading and taking over are half of the bar each. */
function shareOf(phase: 'download' | 'apply', share: number): number {
  return phase === 'download' ? share / 2 : 0.5 + share / 2;
}
