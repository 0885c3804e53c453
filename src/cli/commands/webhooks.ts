import type { Command } from 'commander';
import { recordOperation } from '../../processes/record-operation.js';
import type { WebhookStatus } from '../../processes/webhooks/inbox.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { choice, limitOf } from '../options.js';
import type { Act, Cli } from '../session.js';

const statuses: readonly WebhookStatus[] = ['received', 'processed', 'parked', 'ignored', 'failed'];

/** `webhooks …`: what Stripe has told the portal. */
export function webhookCommands(program: Command, act: Act): void {
  const group = program.command('webhooks').description('webhooks as received from Stripe');

  group
    .command('list')
    .description('stored webhooks, the newest first')
    .addOption(choice('--status <status>', 'only those in this status', statuses))
    .option('--limit <n>', 'rows', '50')
    .addHelpText('after', examples('webhooks list --status parked'))
    .action(act(list));

  group
    .command('replay [id]')
    .description('process a stored webhook again, whatever became of it; what it has done already it does not do twice')
    .option('--parked', 'every webhook that waits for its order')
    .addHelpText('after', examples('webhooks replay evt_1Q…', 'webhooks replay --parked'))
    .action(act(replay));
}

async function list(cli: Cli, options: { status?: WebhookStatus; limit: string }): Promise<ExitCode> {
  const { inbox } = await cli.portal();
  const webhooks = await inbox.list({ status: options.status, limit: limitOf(options.limit) });
  // What Stripe sent holds customers' data; it is looked at on purpose, in the database.
  const shown = webhooks.map(({ payload: _payload, ...webhook }) => webhook);
  cli.out.answer({ webhooks: shown }, () => {
    if (shown.length === 0) cli.out.line('No webhook is like that.');
    cli.out.table(
      ['id', 'type', 'status', 'order', 'received', 'last error'],
      shown.map((row) => [row.eventId, row.type, row.status, row.orderId, row.receivedAt, row.lastError]),
    );
  });
  return exitCodes.ok;
}

/** Parked webhooks taken up by one call; repeat it for more. */
const replayLimit = 1_000;

async function replay(cli: Cli, options: { parked?: boolean }, id?: string): Promise<ExitCode> {
  if ((id === undefined) === (options.parked !== true)) {
    throw new CliError('name one webhook, or --parked', exitCodes.misused);
  }
  const portal = await cli.portal();
  const { inbox } = portal;
  const context = cli.context();
  const parked = id === undefined ? await inbox.list({ status: 'parked', limit: replayLimit }) : [];
  const ids = id === undefined ? parked.map(({ eventId }) => eventId) : [id];
  let replayed = 0;
  if (id !== undefined && (await inbox.get(id)) === null) throw new CliError(`there is no webhook ${id}`);
  for (const eventId of ids) {
    await recordOperation(portal, (at) => ({ type: 'ReplayWebhook', eventId, at }), context);
    replayed += Number(await inbox.replay(eventId));
  }
  cli.out.answer({ replayed }, () => cli.out.line(`${replayed} will be processed again.`));
  return exitCodes.ok;
}
