import type { Command } from 'commander';
import { type Effect, type EffectKind, type EffectStatus, effectKinds } from '../../processes/effects/effect.js';
import { createInterventions } from '../../processes/interventions.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { choice, limitOf, reasonOf } from '../options.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';

const statuses: readonly EffectStatus[] = ['open', 'done', 'failed', 'discarded'];

/** `effects …`: what the portal owes the world, and what failed of it. */
export function effectCommands(program: Command, act: Act): void {
  const group = program.command('effects').description('what the portal has to do because of an event');

  group
    .command('list')
    .description('effects: open ones, the longest due first, then failed ones, the newest first; --status for others')
    .addOption(choice('--status <status>', 'only those in this status', statuses))
    .addOption(choice('--kind <kind>', 'only those of this kind', effectKinds))
    .option('--order <id>', 'only what is about this order, by id or number')
    .option('--limit <n>', 'rows per status', '50')
    .addHelpText('after', examples('effects list', 'effects list --status failed --kind export --json'))
    .action(act(list));

  group
    .command('retry <key>')
    .description('open a failed or discarded effect again; a worker takes it up within seconds')
    .option('--reason <text>', 'why, for the record', reasonOf, 'tried again by an operator')
    .addHelpText('after', examples('effects retry notify:1f0c…:shipped'))
    .action(act((cli, options: { reason: string }, key = '') => intervene(cli, 'retryEffect', key, options.reason)));

  group
    .command('discard <key>')
    .description('give up an open or failed effect for good')
    .requiredOption('--reason <text>', 'why, for the record', reasonOf)
    .addHelpText('after', examples('effects discard alert:1f0c… --reason "seen to by phone"'))
    .action(act((cli, options: { reason: string }, key = '') => intervene(cli, 'discardEffect', key, options.reason)));
}

interface ListOptions {
  readonly status?: EffectStatus;
  readonly kind?: EffectKind;
  readonly order?: string;
  readonly limit: string;
}

async function list(cli: Cli, options: ListOptions): Promise<ExitCode> {
  const limit = limitOf(options.limit);
  const { status: only, kind } = options;
  const wanted = only === undefined ? (['open', 'failed'] as const) : [only];
  const portal = await cli.portal();
  const subject = options.order === undefined ? undefined : await resolveOrderId(portal, options.order);
  const found: Effect[] = [];
  for (const status of wanted) {
    found.push(...(await portal.effects.list({ status, kind, subject, limit })));
  }
  cli.out.answer({ effects: found }, () => {
    if (found.length === 0) cli.out.line('No effect is like that.');
    cli.out.table(
      ['key', 'status', 'attempts', 'due', 'since', 'last error'],
      found.map((effect) => [
        effect.key,
        effect.status === 'failed' ? cli.out.colours.red(effect.status) : effect.status,
        effect.attempts,
        effect.dueAt,
        effect.createdAt,
        effect.lastError,
      ]),
    );
  });
  return exitCodes.ok;
}

async function intervene(
  cli: Cli,
  how: 'retryEffect' | 'discardEffect',
  key: string,
  reason: string,
): Promise<ExitCode> {
  const result = await createInterventions(await cli.portal())[how]({ key, reason }, cli.context());
  if (result.outcome === 'unknown') throw new CliError(`there is no effect ${key}`);
  if (result.outcome === 'refused') throw new CliError(`${key} is ${result.effect.status}; nothing was changed`);
  cli.out.answer(result.effect, () => cli.out.line(`${key} is ${result.effect.status} now.`));
  return exitCodes.ok;
}
