import type { Command } from 'commander';
import { migrate, migrationState } from '../../adapters/postgres/migrate.js';
import { examples } from '../examples.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Act, Cli } from '../session.js';

/** `migrate`: brings the schema up to date as a step of its own, before the processes of a release are started. */
export function migrateCommand(program: Command, act: Act): void {
  program
    .command('migrate')
    .description('bring the database schema up to date; any number may run at once, they take turns')
    .option('--check', 'change nothing: list what is missing, exit code 1 when there is something')
    .addHelpText('after', examples('migrate --check', 'migrate'))
    .action(act(run));
}

async function run(cli: Cli, options: { check?: boolean }): Promise<ExitCode> {
  const { pools } = await cli.portal();
  const db = pools.projections;
  const before = await migrationState(db);
  const { pending, unknown } = options.check === true ? before : await migrate(db);
  const applied = before.pending.filter((name) => !pending.includes(name));
  cli.out.answer({ applied, pending, unknown }, () => {
    for (const name of applied) cli.out.line(`${name} is applied.`);
    for (const name of pending) cli.out.line(cli.out.colours.yellow(`${name} is missing.`));
    for (const name of unknown) cli.out.line(cli.out.colours.yellow(`${name} is of a newer release.`));
    if (applied.length + pending.length + unknown.length === 0) cli.out.line('The schema is up to date.');
  });
  return pending.length === 0 ? exitCodes.ok : exitCodes.failed;
}
