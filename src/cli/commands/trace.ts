import type { Command } from 'commander';
import type { LotOrder, LotView } from '../../projections/views.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';

/** Orders read at once; a lot is shown whole, however many it has. */
const pageRows = 200;

/** `trace …`: for recalls, from a lot to the people who have it, and from an order to its lots. */
export function traceCommands(program: Command, act: Act): void {
  const group = program.command('trace').description('recalls: where a lot went, and what an order was made of');

  group
    .command('lot <batch>')
    .description('the products of a lot, and every order and customer it was sold to')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run portal -- trace lot VTH-2026-014\n' +
        '  npm run --silent portal -- trace lot VTH-2026-014 --json | jq -r ".orders[].customer.email"\n',
    )
    .action(act(traceLot));

  group
    .command('order <id>')
    .description('the lots an order was sold under, by id or number')
    .addHelpText('after', examples('trace order VL-7K3M-9QXT-2WCD'))
    .action(act(traceOrder));
}

async function traceLot(cli: Cli, _options: object, batchNumber = ''): Promise<ExitCode> {
  const { projections } = await cli.portal();
  const { queries } = projections;
  const first = await queries.lot(batchNumber, { limit: pageRows });
  if (!first) throw new CliError(`there is no lot ${batchNumber}`);
  const orders: LotOrder[] = [...first.orders];
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const page: LotView | null = await queries.lot(batchNumber, { limit: pageRows, cursor });
    orders.push(...(page?.orders ?? []));
    cursor = page?.nextCursor ?? null;
  }
  const lot = { batchNumber: first.batchNumber, products: first.products, orders };
  cli.out.answer(lot, () => {
    cli.out.line(`lot ${lot.batchNumber}`);
    cli.out.table(
      ['sku', 'product', 'brand', 'certificate', 'orders', 'pieces', 'shipped', 'cancelled'],
      lot.products.map((product) => [
        product.sku,
        product.name,
        product.brand,
        product.coaLink,
        product.orders,
        product.quantity,
        product.shipped,
        product.cancelled,
      ]),
    );
    cli.out.line();
    if (orders.length === 0) cli.out.line('No order was sold under it.');
    cli.out.table(
      ['order', 'placed', 'status', 'sku', 'quantity', 'customer', 'company', 'e-mail', 'phone'],
      orders.map((order) => [
        order.orderNumber ?? order.orderId,
        order.placedAt,
        order.status,
        order.sku,
        order.quantity,
        order.customer?.name,
        order.customer?.companyName,
        order.customer?.email,
        order.customer?.phone,
      ]),
    );
  });
  return exitCodes.ok;
}

async function traceOrder(cli: Cli, _options: object, id = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const orderId = await resolveOrderId(portal, id);
  const past = await portal.histories.orderAsOf(orderId);
  if (!past) throw new CliError(`there is no order ${id}`);
  const { orderNumber, status, placedAt, customer, lineItems } = past.state;
  const lots = lineItems.map(({ sku, name, brand, quantity, batchNumber, coaLink }) => {
    return { sku, name, brand, quantity, batchNumber, coaLink };
  });
  cli.out.answer({ orderId, orderNumber, status, placedAt, customer, lots }, () => {
    cli.out.line(`order ${orderNumber}, ${status}, placed ${placedAt} by ${customer.name} <${customer.email}>`);
    cli.out.table(
      ['lot', 'sku', 'product', 'brand', 'quantity', 'certificate'],
      lots.map((lot) => [lot.batchNumber, lot.sku, lot.name, lot.brand, lot.quantity, lot.coaLink]),
    );
  });
  return exitCodes.ok;
}
