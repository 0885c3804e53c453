import type { Command } from 'commander';
import { recordOperation } from '../../processes/record-operation.js';
import type { RebuildOutcome } from '../../projections/generations/rebuild.js';
import type { ProjectionStatus } from '../../projections/runtime/status.js';
import { emptyCache } from '../empty-cache.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { projectionOf, reasonOf } from '../options.js';
import { lagOf, maxLagCounted } from '../projection-lag.js';
import type { Act, Cli } from '../session.js';
import { parkedCommands } from './parked.js';

/** `projections …`: how far the read models are, and what can be done about them. */
export function projectionCommands(program: Command, act: Act): void {
  const group = program.command('projections').description('read models: state, rebuild, parked streams');

  group
    .command('status')
    .description('how far every projection has come')
    .addHelpText('after', examples('projections status'))
    .action(act(status));

  group
    .command('rebuild <name>')
    .description('fill a read model anew from the events beside the live one, compare, and switch; NAME or all')
    .option('--check', 'only fill and compare: nothing is switched, exit code 1 when rows differ')
    .addHelpText('after', examples('projections rebuild orders', 'projections rebuild all --check'))
    .action(act(rebuild));

  group
    .command('rollback <name>')
    .description('make the former generation of a read model live again')
    .addHelpText('after', examples('projections rollback orders'))
    .action(act(rollback));

  group
    .command('reread')
    .description('read every event again, after the event store was restored from an older copy')
    .requiredOption('--reason <text>', 'why, for the record', reasonOf)
    .addHelpText('after', examples('projections reread --reason "restored from the back-up of 2026-03-01"'))
    .action(act(reread));

  parkedCommands(group, act);
}

async function status(cli: Cli): Promise<ExitCode> {
  const portal = await cli.portal();
  const projections = await portal.projections.status();
  const rows: (ProjectionStatus & { lagEvents: number })[] = [];
  for (const projection of projections) rows.push({ ...projection, lagEvents: await lagOf(portal, projection) });
  cli.out.answer({ projections: rows }, () => {
    if (rows.length === 0) cli.out.line('No projection has run on this database yet.');
    cli.out.table(
      ['projection', 'generation', 'rollback to', 'version', 'checkpoint', 'behind', 'parked', 'moved'],
      rows.map((row) => [
        row.name,
        row.generation,
        row.previous,
        row.version,
        row.checkpoint,
        row.lagEvents === maxLagCounted ? `${maxLagCounted}+` : row.lagEvents,
        row.parkedStreams > 0 ? cli.out.colours.red(row.parkedStreams) : 0,
        row.updatedAt,
      ]),
    );
  });
  return rows.some(({ parkedStreams }) => parkedStreams > 0) ? exitCodes.failed : exitCodes.ok;
}

async function rebuild(cli: Cli, options: { check?: boolean }, name = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const progress = cli.out.progress(name);
  const how = {
    checkOnly: options.check === true,
    onProgress: ({ events }: { events: number }) => progress.show(events),
  };
  const outcomes = await (name === 'all'
    ? portal.projections.rebuildAll(how)
    : portal.projections.rebuild(projectionOf(name, portal.projections.names), how).then((outcome) => [outcome])
  ).finally(() => progress.end());
  if (!options.check) await emptyCache(cli);
  cli.out.answer({ outcomes }, () => {
    showOutcomes(cli, outcomes);
    for (const { table, key } of outcomes.flatMap(({ comparison }) => comparison?.samples ?? [])) {
      cli.out.line(`${options.check ? 'differs' : 'differed'}: read.${table} ${JSON.stringify(key)}`);
    }
  });
  const differing = outcomes.some(({ comparison }) => comparison && comparison.differing > 0);
  return options.check && differing ? exitCodes.failed : exitCodes.ok;
}

function showOutcomes(cli: Cli, outcomes: readonly RebuildOutcome[]): void {
  cli.out.table(
    ['projection', 'generation', 'events', 'rows', 'differing', 'live', 'took'],
    outcomes.map(({ projection, generation, events, comparison, switched, durationMs }) => [
      projection,
      generation,
      events,
      comparison?.rows ?? null,
      comparison && comparison.differing > 0
        ? cli.out.colours.red(comparison.differing)
        : (comparison?.differing ?? null),
      switched ? 'yes' : 'no',
      `${(durationMs / 1_000).toFixed(1)} s`,
    ]),
  );
}

async function reread(cli: Cli, { reason }: { reason: string }): Promise<ExitCode> {
  const portal = await cli.portal();
  const { projections: model } = portal;
  const rewound = await model.rewound();
  if (rewound.length === 0) throw new CliError('the event store has all that was read from it: there is nothing to do');
  const projections = rewound.map(({ projection }) => projection);
  await recordOperation(portal, (at) => ({ type: 'RereadEvents', projections, reason, at }), cli.context());
  const progress = cli.out.progress('reread');
  const outcomes = await model
    .reread({ onProgress: ({ events }) => progress.show(events) })
    .finally(() => progress.end());
  await emptyCache(cli);
  cli.out.answer({ rewound: projections, outcomes }, () => {
    showOutcomes(cli, outcomes);
    cli.out.line('The effects projector reads from the first event on; nothing that is done is done again.');
    cli.out.line('Now have the webhooks since the back-up processed again, and compare with the warehouse: reconcile.');
  });
  return exitCodes.ok;
}

async function rollback(cli: Cli, _options: object, name = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const outcome = await portal.projections.rollback(projectionOf(name, portal.projections.names));
  await emptyCache(cli);
  cli.out.answer(outcome, () => cli.out.line(`${outcome.projection} is at generation ${outcome.generation} again.`));
  return exitCodes.ok;
}
