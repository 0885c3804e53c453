import { writeFile } from 'node:fs/promises';
import { Argument, type Command } from 'commander';
import { createMailTemplates } from '../../adapters/mail/mail-templates.js';
import { NotificationKind } from '../../domain/order/values.js';
import { asOrderId, asSku } from '../../domain/shared/ids.js';
import { toMailOrder } from '../../processes/handlers/notify.js';
import type { MailOrder } from '../../processes/ports/outbound.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { oneOf } from '../options.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Act, Cli } from '../session.js';

const kinds = NotificationKind.anyOf.map((literal) => literal.const);

/** `mail …`: what customers are written. */
export function mailCommands(program: Command, act: Act): void {
  const group = program.command('mail').description('the mails to customers');

  group
    .command('preview')
    .description('a mail without sending it')
    .addArgument(new Argument('<kind>', 'which mail').choices(kinds))
    .option('--order <id>', 'for this order, by id or number, instead of a sample')
    .option('--out <file>', 'write the HTML there, to look at it in a browser')
    .addHelpText(
      'after',
      examples('mail preview shipped --out shipped.html', 'mail preview order-confirmation --order VL-7K3M-9QXT-2WCD'),
    )
    .action(act(preview));
}

async function preview(cli: Cli, options: { order?: string; out?: string }, given = ''): Promise<ExitCode> {
  const kind = oneOf('the kind', given, kinds);
  const order = options.order === undefined ? sample : await realOrder(cli, options.order);
  const mail = createMailTemplates().render(kind, order);
  if (options.out !== undefined) await writeFile(options.out, mail.html);
  cli.out.answer(mail, () => {
    cli.out.line(`Subject: ${mail.subject}\n\n${mail.text}`);
    cli.out.line(options.out === undefined ? mail.html : `HTML written to ${options.out}`);
  });
  return exitCodes.ok;
}

/** As its stream tells it now; a mail that went out earlier showed the order of then. */
async function realOrder(cli: Cli, id: string): Promise<MailOrder> {
  const portal = await cli.portal();
  const past = await portal.histories.orderAsOf(await resolveOrderId(portal, id));
  if (!past) throw new CliError(`there is no order ${id}`);
  return toMailOrder(past.state);
}

const sample: MailOrder = {
  orderId: asOrderId('00000000-0000-4000-8000-000000000001'),
  orderNumber: 'VL-7K3M-9QXT-2WCD',
  customerName: 'Jordan Rivera',
  companyName: 'Rivera Wellness LLC',
  lineItems: [
    { name: 'Honey Tincture 30 ml', sku: asSku('VTH-HON-0001'), quantity: 4, unitPrice: 2_995, lineTotal: 11_980 },
    { name: 'Wild Berry Gummies', sku: asSku('GRL-GUM-0007'), quantity: 10, unitPrice: 1_250, lineTotal: 12_500 },
  ],
  total: 24_480,
  paid: true,
  refundedTotal: 24_480,
  currency: 'USD',
  deliveryMethod: 'delivery',
  trackingNumber: '1Z999AA10123456784',
  carrier: 'UPS',
  cancelReason: 'changed plans',
};
