import type { Command } from 'commander';
import { asExtensivOrderId, type ExtensivOrderId } from '../../domain/shared/ids.js';
import { closeWmsCancellation, stateExport } from '../../processes/reconcile/by-hand.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { reasonOf } from '../options.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';

interface Options {
  readonly reason: string;
}

/** What an operator knows of an order and the portal cannot find out: below `reconcile`. */
export function reconcileByHandCommands(reconcile: Command, act: Act): void {
  reconcile
    .command('there <order> <id>')
    .description('the warehouse has an order under this id: it counts as exported')
    .requiredOption('--reason <text>', 'how you know, for the record', reasonOf)
    .addHelpText(
      'after',
      examples('reconcile there VL-7K3M-9QXT-2WCD EXT-1042 --reason "Ann at the warehouse read it out"'),
    )
    .action(act((cli, { reason }: Options, order = '', id = '') => state(cli, order, asExtensivOrderId(id), reason)));

  reconcile
    .command('not-there <order>')
    .description(
      'the warehouse does not have an order: one whose export failed is sent again without being looked up, one that ' +
        'is cancelled gives its stock back',
    )
    .requiredOption('--reason <text>', 'how you know, for the record', reasonOf)
    .addHelpText(
      'after',
      examples('reconcile not-there VL-7K3M-9QXT-2WCD --reason "Ann at the warehouse looked for it"'),
    )
    .action(act((cli, { reason }: Options, order = '') => state(cli, order, null, reason)));

  reconcile
    .command('close <order>')
    .description('somebody has dealt with an order that is cancelled here and went on there: it is listed no more')
    .requiredOption('--reason <text>', 'how, for the record', reasonOf)
    .addHelpText('after', examples('reconcile close VL-7K3M-9QXT-2WCD --reason "the parcel came back"'))
    .action(act(close));
}

async function state(
  cli: Cli,
  order: string,
  extensivOrderId: ExtensivOrderId | null,
  reason: string,
): Promise<ExitCode> {
  const portal = await cli.portal();
  const orderId = await resolveOrderId(portal, order);
  const { refusal } = await stateExport(portal, { orderId, extensivOrderId, reason }, cli.context());
  if (refusal !== null) throw new CliError(`nothing was changed: ${refusal}`);
  cli.out.answer({ orderId, extensivOrderId }, () =>
    cli.out.line(extensivOrderId === null ? `${order} is not there.` : `${order} is ${extensivOrderId} there.`),
  );
  return exitCodes.ok;
}

async function close(cli: Cli, { reason }: Options, order = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const orderId = await resolveOrderId(portal, order);
  const { refusal } = await closeWmsCancellation(portal, { orderId, reason }, cli.context());
  if (refusal !== null) throw new CliError(`nothing was changed: ${refusal}`);
  cli.out.answer({ orderId }, () => cli.out.line(`${order} is closed.`));
  return exitCodes.ok;
}
