import type { Command } from 'commander';
import { changesBetween } from '../../commands/changes.js';
import type { AsOf, Past } from '../../commands/histories.js';
import type { Portal } from '../../compose.js';
import type { Order } from '../../domain/order/state.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { instantOf } from '../../domain/shared/instant.js';
import { decimal, money } from '../../domain/shared/words.js';
import { toOrderView } from '../../projections/models/orders.js';
import type { OrderView } from '../../projections/views.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { showTimeline, timeline } from '../order-timeline.js';
import { readable } from '../readable-changes.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';

/** `order …`: one order, now and at any moment of its life, straight from its stream. */
export function orderCommands(program: Command, act: Act): void {
  const group = program.command('order').description('one order: its present, its past, its changes');

  group
    .command('show <id>')
    .description('an order by id or number, as its stream tells it')
    .option('--as-of <moment>', 'a revision, or a time (ISO 8601)')
    .addHelpText(
      'after',
      examples('order show VL-7K3M-9QXT-2WCD', 'order show VL-7K3M-9QXT-2WCD --as-of 2026-03-01T09:30:00Z'),
    )
    .action(act(show));

  group
    .command('history <id>')
    .description('everything that happened to an order: who, why, what changed, and the state after it')
    .addHelpText('after', examples('order history VL-7K3M-9QXT-2WCD'))
    .action(act(history));

  group
    .command('diff <id>')
    .description('what changed between two moments, by default since the order was placed')
    .option('--from <moment>', 'a revision, or a time (ISO 8601)', '0')
    .option('--to <moment>', 'a revision, or a time (ISO 8601) (default: now)')
    .addHelpText('after', examples('order diff VL-7K3M-9QXT-2WCD', 'order diff VL-7K3M-9QXT-2WCD --from 2 --to 5'))
    .action(act(diff));
}

async function show(cli: Cli, options: { asOf?: string }, id = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const orderId = await resolveOrderId(portal, id);
  const view = viewOf(await pastOf(portal, orderId, momentOf(options.asOf)));
  cli.out.answer(view, () => {
    const { lineItems, payouts, customer, shippingAddress, total, refundedTotal, currency, ...facts } = view;
    const amounts = { total: money(total, currency), refunded: money(refundedTotal, currency) };
    const amount = (minorUnits: number) => decimal(minorUnits, currency);
    const flat = { ...facts, ...amounts, customer: inLine(customer), shippingAddress: inLine(shippingAddress) };
    cli.out.table(['field', 'value'], Object.entries(flat));
    cli.out.line();
    cli.out.table(
      ['sku', 'name', 'brand', 'quantity', 'unit price', 'total'],
      lineItems.map((line) => [
        ...[line.sku, line.name, line.brand, line.quantity],
        ...[amount(line.unitPrice), amount(line.lineTotal)],
      ]),
    );
    if (payouts) {
      cli.out.line();
      cli.out.table(
        ['payout to', 'gross', 'brand share', 'platform share'],
        payouts.entries.map((entry) => [
          entry.brand,
          ...[entry.gross, entry.brandShare, entry.platformShare].map(amount),
        ]),
      );
    }
  });
  return exitCodes.ok;
}

async function history(cli: Cli, _options: object, id = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const orderId = await resolveOrderId(portal, id);
  const recorded = await portal.histories.orderHistory(orderId);
  if (!recorded) throw new CliError(`there is no order ${id}`);
  const events = timeline(recorded);
  cli.out.answer({ ...recorded, events }, () => showTimeline(cli, orderId, recorded, events));
  const whole = recorded.verified && events.every(({ unreadable }) => unreadable === undefined);
  return whole ? exitCodes.ok : exitCodes.failed;
}

async function diff(cli: Cli, options: { from: string; to?: string }, id = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const orderId = await resolveOrderId(portal, id);
  const from = await pastOf(portal, orderId, momentOf(options.from));
  const to = await pastOf(portal, orderId, momentOf(options.to));
  const changes = changesBetween(viewOf(from), viewOf(to));
  const answer = { orderId, from: edge(from), to: edge(to), changes };
  cli.out.answer(answer, () => {
    cli.out.line(`revision ${from.revision} (${from.recordedAt}) to revision ${to.revision} (${to.recordedAt})`);
    if (changes.length === 0) cli.out.line('Nothing changed.');
    cli.out.table(
      ['field', 'from', 'to'],
      changes.flatMap(readable).map(({ path, from, to }) => [path, from, to]),
    );
  });
  return exitCodes.ok;
}

async function pastOf(portal: Portal, orderId: OrderId, asOf?: AsOf): Promise<Past<Order>> {
  const past = await portal.histories.orderAsOf(orderId, asOf);
  if (past) return past;
  if (!asOf || !(await portal.histories.orderHistory(orderId))) throw new CliError(`there is no order ${orderId}`);
  throw new CliError(
    'revision' in asOf
      ? `the order ${orderId} has not come to revision ${asOf.revision}`
      : `the order ${orderId} was not placed yet at ${asOf.time}`,
  );
}

function momentOf(given: string | undefined): AsOf | undefined {
  if (given === undefined) return undefined;
  if (/^\d{1,9}$/.test(given)) return { revision: Number(given) };
  const time = instantOf(given);
  if (time !== null) return { time };
  throw new CliError(
    `${given} is neither a revision nor a date or time, such as 2026-03-01T09:30:00Z`,
    exitCodes.misused,
  );
}

function viewOf({ state, revision }: Past<Order>): OrderView {
  return toOrderView(state, revision);
}

function edge({ revision, recordedAt }: Past<Order>) {
  return { revision, recordedAt };
}

function inLine(parts: object): string {
  return Object.values(parts).filter(Boolean).join(', ');
}
