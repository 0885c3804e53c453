import type { Command } from 'commander';
import { counted } from '../../domain/shared/words.js';
import { createInterventions, type TakenUpStream } from '../../processes/interventions.js';
import type { ParkedStream } from '../../projections/runtime/parking.js';
import { emptyCache } from '../empty-cache.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { countOf, projectionOf, projectionsOf, reasonOf } from '../options.js';
import type { Act, Cli } from '../session.js';

/** `projections parked`, `park`, `retry` and `skip`: streams that a projection has stopped applying. */
export function parkedCommands(group: Command, act: Act): void {
  group
    .command('parked')
    .description('streams a projection has stopped applying')
    .option('--full', 'the errors in full')
    .addHelpText('after', examples('projections parked', 'projections parked --full'))
    .action(act(parked));

  group
    .command('park <name>')
    .description('park every stream with an event that NAME, or all projections, cannot apply: many at once stop them')
    .addHelpText('after', examples('projections park orders', 'projections park all'))
    .action(act(park));

  group
    .command('retry <name> [stream]')
    .description('apply a parked stream again; with --all every one that NAME, or all projections, have parked')
    .option('--all', 'every parked stream')
    .option('--reason <text>', 'why, for the record', reasonOf, 'tried again by an operator')
    .addHelpText(
      'after',
      examples('projections retry orders order-1f0c…', 'projections retry orders --all', 'projections retry all --all'),
    )
    .action(
      act((cli, { all, reason }: { all?: boolean; reason: string }, name = '', stream = '') => {
        if ((all === true) === (stream !== '')) {
          throw new CliError('name a stream, or give --all for all that are parked', exitCodes.misused);
        }
        return all ? retryAll(cli, name, reason) : takeUp(cli, 'retryParked', name, stream, reason);
      }),
    );

  group
    .command('skip <name> [stream]')
    .description(
      'leave out, for good, the event that stopped a parked stream, or with --all of each, and go on behind it',
    )
    .option('--all', 'every stream that NAME has parked')
    .option('--count <number>', 'with --all: how many they are, so that no other one is skipped', countOf)
    .requiredOption('--reason <text>', 'why, for the record', reasonOf)
    .addHelpText(
      'after',
      examples(
        'projections skip orders order-1f0c… --reason "recorded twice"',
        'projections skip orders --all --count 240 --reason "recorded twice"',
      ),
    )
    .action(
      act((cli, { all, count, reason }: { all?: boolean; count?: number; reason: string }, name = '', stream = '') => {
        if ((all === true) === (stream !== '') || (all === true) !== (count !== undefined)) {
          throw new CliError('name a stream, or give --all and --count for all that are parked', exitCodes.misused);
        }
        return count === undefined
          ? takeUp(cli, 'skipParked', name, stream, reason)
          : skipAll(cli, name, count, reason);
      }),
    );
}

async function parked(cli: Cli, options: { full?: boolean }): Promise<ExitCode> {
  const { projections } = await cli.portal();
  const streams: ParkedStream[] = await projections.parked();
  cli.out.answer({ parked: streams }, () => {
    if (streams.length === 0) cli.out.line('No stream is parked.');
    cli.out.table(
      ['projection', 'stream', 'revision', 'event', 'since', 'error'],
      streams.map((row) => [
        ...[row.projection, row.stream, row.firstRevision, row.eventType, row.parkedAt],
        options.full ? row.error : briefError(row.error, row),
      ]),
    );
  });
  return streams.length > 0 ? exitCodes.failed : exitCodes.ok;
}

async function park(cli: Cli, _options: object, name = ''): Promise<ExitCode> {
  const { projections } = await cli.portal();
  const rows: { projection: string; stream: string }[] = [];
  for (const projection of projectionsOf(name, projections.parking)) {
    rows.push(...(await projections.park(projection)).map((stream) => ({ projection, stream })));
  }
  cli.out.answer({ parked: rows }, () => {
    if (rows.length === 0) cli.out.line('All that waits can be applied; nothing is parked.');
    cli.out.table(
      ['projection', 'stream'],
      rows.map(({ projection, stream }) => [projection, stream]),
    );
  });
  return exitCodes.ok;
}

async function retryAll(cli: Cli, name: string, reason: string): Promise<ExitCode> {
  const portal = await cli.portal();
  const request = { projections: projectionsOf(name, portal.projections.parking), reason };
  return takeUpAll(cli, 'streams retried', createInterventions(portal).retryAllParked(request, cli.context()));
}

async function skipAll(cli: Cli, name: string, count: number, reason: string): Promise<ExitCode> {
  const portal = await cli.portal();
  const projection = projectionOf(name, portal.projections.parking);
  const parked = (await portal.projections.parked()).filter((row) => row.projection === projection);
  if (count !== parked.length) {
    throw new CliError(`${counted(parked.length, 'stream')} parked in ${name}, not ${count}: nothing is skipped`);
  }
  const request = { parked, reason };
  return takeUpAll(cli, 'streams gone on', createInterventions(portal).skipAllParked(request, cli.context()));
}

async function takeUpAll(cli: Cli, what: string, takenUp: AsyncIterable<TakenUpStream>): Promise<ExitCode> {
  const progress = cli.out.progress(what);
  const results: TakenUpStream[] = [];
  try {
    for await (const one of takenUp) {
      results.push(one);
      progress.show(one.done, one.done / one.total);
    }
  } finally {
    progress.end();
    if (results.length > 0) await emptyCache(cli);
  }
  const rows = results.map(({ projection, stream, result }) => ({ projection, stream, ...result }));
  const stillParked = rows.filter(({ outcome }) => outcome === 'parked').length;
  cli.out.answer({ results: rows, applied: rows.length - stillParked, parked: stillParked }, () => {
    if (rows.length === 0) cli.out.line('No stream is parked.');
    cli.out.table(
      ['projection', 'stream', 'outcome', 'events', 'error'],
      rows.map((row) => [
        ...[row.projection, row.stream],
        ...(row.outcome === 'applied'
          ? ['applied', row.events, null]
          : [cli.out.colours.red('still parked'), null, briefError(row.error, row)]),
      ]),
    );
    if (rows.length > 0) cli.out.line(`${rows.length - stillParked} applied, ${stillParked} still parked.`);
  });
  return stillParked > 0 ? exitCodes.failed : exitCodes.ok;
}

/** Enough to tell one trouble from another. */
const maxErrorLength = 80;

/** An error in a table's cell: one line, without the stream that stands beside it. */
function briefError(error: string, { stream }: { stream: string }): string {
  const [line = ''] = error.replace(`of ${stream} `, '').split('\n');
  return line.length > maxErrorLength ? `${line.slice(0, maxErrorLength - 1)}…` : line;
}

async function takeUp(
  cli: Cli,
  how: 'retryParked' | 'skipParked',
  name: string,
  stream: string,
  reason: string,
): Promise<ExitCode> {
  const portal = await cli.portal();
  const request = { projection: projectionOf(name, portal.projections.parking), stream, reason };
  const outcome = await createInterventions(portal)[how](request, cli.context());
  if (!outcome) throw new CliError(`${stream} is not parked in ${name}`);
  await emptyCache(cli);
  cli.out.answer({ projection: name, stream, ...outcome }, () =>
    cli.out.line(
      outcome.outcome === 'applied'
        ? `${stream} is applied again (${outcome.events} events).`
        : cli.out.colours.red(`${stream} is still parked: ${outcome.error}`),
    ),
  );
  return outcome.outcome === 'applied' ? exitCodes.ok : exitCodes.failed;
}
