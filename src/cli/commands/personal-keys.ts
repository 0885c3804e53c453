import type { Command } from 'commander';
import { findLostKeys, giveUpLostKeys } from '../../commands/lost-keys.js';
import { counted } from '../../domain/shared/words.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { reasonOf } from '../options.js';
import type { Act, Cli } from '../session.js';

/** What `privacy …` has for the keys of all customers: which are lost, how many there are, the master key. */
export function personalKeyCommands(group: Command, act: Act): void {
  group
    .command('lost')
    .description('keys that are gone without having been erased, and the orders that cannot be read without them')
    .option('--give-up', 'they will never be back: erase what they encrypted, so that the orders go on without')
    .option('--reason <text>', 'why, for the receipts; with --give-up', reasonOf)
    .addHelpText('after', examples('privacy lost', 'privacy lost --give-up --reason "back-up of March lost"'))
    .action(act(lost));

  group
    .command('status')
    .description('how many keys there are, and whether the master key has still to be changed')
    .addHelpText('after', examples('privacy status'))
    .action(act(status));

  group
    .command('rotate-master-key')
    .description('wrap every key with the first key of PRIVACY_MASTER_KEY; the portal may go on meanwhile')
    .addHelpText('after', examples('privacy rotate-master-key'))
    .action(act(rotate));
}

async function lost(cli: Cli, { giveUp, reason }: { giveUp?: boolean; reason?: string }): Promise<ExitCode> {
  if (giveUp === true && reason === undefined) throw new CliError('--give-up needs a --reason', exitCodes.misused);
  const portal = await cli.portal();
  const progress = cli.out.progress('events');
  const found = await findLostKeys(portal, (events) => progress.show(events)).finally(() => progress.end());
  const gives = giveUp === true && reason !== undefined;
  const keys = gives ? await giveUpLostKeys(portal, found, reason, cli.context()) : found;
  cli.out.answer({ keys, givenUp: giveUp === true }, () => {
    if (keys.length === 0) cli.out.line('No key is lost.');
    cli.out.table(
      ['key', 'orders'],
      keys.map(({ keyId, orderIds }) => [keyId, orderIds.join(' ')]),
    );
    if (keys.length === 0) return;
    cli.out.line();
    if (giveUp === true) {
      cli.out.line(`Keys given up, whose orders show "erased": ${keys.length}`);
      cli.out.note('Streams that were parked meanwhile are in `projections parked`: retry them.');
    } else cli.out.note('Bring them back from a back-up; if there is none, add --give-up.');
  });
  return keys.length === 0 || giveUp === true ? exitCodes.ok : exitCodes.failed;
}

async function status(cli: Cli): Promise<ExitCode> {
  const { personalKeys } = await cli.portal();
  const counts = await personalKeys.counts();
  cli.out.answer(counts, () => {
    cli.out.table(
      ['keys', 'count'],
      [
        ['in use', counts.live],
        ['retired, still readable', counts.retired],
        ['erased', counts.erased],
        ['under a former master key', counts.underFormerMaster],
        ['under a master key that is not given', counts.underUnknownMaster],
      ],
    );
  });
  return exitCodes.ok;
}

async function rotate(cli: Cli): Promise<ExitCode> {
  const progress = cli.out.progress('wrap');
  const { personalKeys } = await cli.portal();
  const keys = await personalKeys.rewrap((done) => progress.show(done)).finally(() => progress.end());
  const { underFormerMaster: left } = await personalKeys.counts();
  cli.out.answer({ keys, left }, () => {
    cli.out.line(
      `${counted(keys, 'key')} wrapped anew; ${left === 0 ? 'all' : `all but ${left}`} are under the first master key.`,
    );
    if (left > 0)
      cli.out.note('What is left is damaged, see `privacy lost`, or was made meanwhile: then run it again.');
  });
  return left === 0 ? exitCodes.ok : exitCodes.failed;
}
