import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { privacy } from '../../commands/aggregates.js';
import {
  type ErasureOutcome,
  erasePersonalData,
  type PersonsOrder,
  subjectsOf,
} from '../../commands/erase-personal-data.js';
import { streamOf } from '../../commands/streams.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { reasonOf } from '../options.js';
import type { Act, Cli } from '../session.js';
import { personalKeyCommands } from './personal-keys.js';

/** `privacy …`: the personal data of customers, and the keys they are encrypted with. */
export function privacyCommands(program: Command, act: Act): void {
  const group = program.command('privacy').description('personal data: what is kept of a customer, and erasing it');

  group
    .command('show <customer>')
    .description('the keys and the orders of a customer, by customer id or e-mail address')
    .addHelpText('after', examples('privacy show ada@example.com'))
    .action(act(show));

  group
    .command('erase <customer>')
    .description('destroy the key of a customer for good: name, e-mail, phone and address read "erased" from then on')
    .requiredOption('--reason <text>', 'why, for the receipt; without the customer’s name', reasonOf)
    .option('--force', 'also while an order of theirs is not final: nobody can ship or announce it then')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'privacy erase ada@example.com --reason "request 2026-114"',
        'privacy erase c-17 --reason "request 2026-115" --yes --json',
      ),
    )
    .action(act(erase));

  personalKeyCommands(group, act);
}

async function show(cli: Cli, _options: object, customer = ''): Promise<ExitCode> {
  const { erasure } = await cli.portal();
  const keys = await erasure.keys.ofSubjects(subjectsOf(customer));
  const orders = await erasure.records.ofKeys(keys.map(({ id }) => id));
  const others = await othersNaming(cli, customer, orders);
  cli.out.answer({ keys, orders, others }, () => {
    if (keys.length === 0) cli.out.line('No key is of this customer.');
    cli.out.table(
      ['key', 'made', 'retired'],
      keys.map(({ id, createdAt, retiredAt }) => [id, createdAt, retiredAt]),
    );
    if (orders.length > 0) cli.out.line();
    showOrders(cli, orders);
    hintAtOthers(cli, others);
  });
  return keys.length > 0 ? exitCodes.ok : exitCodes.failed;
}

async function erase(
  cli: Cli,
  options: { reason: string; force?: boolean; yes?: boolean },
  customer = '',
): Promise<ExitCode> {
  if (options.yes !== true) await confirm(cli, customer);
  const { erasure } = await cli.portal();
  const progress = cli.out.progress('erase');
  const request = { customer, reason: options.reason, force: options.force === true, onProgress: progress.show };
  const result = await erasePersonalData(erasure, request, cli.context()).finally(() => progress.end());
  switch (result.outcome) {
    case 'erased':
      cli.out.answer(result, () => report(cli, result));
      return exitCodes.ok;
    case 'unknown':
      cli.out.answer(result, () => {
        cli.out.line('No key is of this customer: there is nothing to erase.');
        hintAtOthers(cli, result.untouched);
      });
      return exitCodes.failed;
    case 'open-orders':
      cli.out.answer(result, () => {
        cli.out.line('Nothing was erased: these orders are not final. Wait for them, cancel them, or add --force.');
        showOrders(cli, result.orders);
      });
      return exitCodes.failed;
    case 'parked':
      cli.out.answer(result, () => {
        cli.out.line('No key was destroyed: read models have left these orders behind, and would go on showing them.');
        cli.out.table(
          ['order'],
          result.orderIds.map((orderId) => [orderId]),
        );
        cli.out.line('Retry or skip what `projections parked` lists, and ask again.');
      });
      return exitCodes.failed;
    case 'behind':
      throw new CliError(
        'The read models do not follow, so nothing was destroyed. Start the portal (role projections) and ask again.',
      );
    case 'rebuilding':
      throw new CliError(
        'The orders are being rebuilt. They show "erased" by now, but the key is not destroyed: ask again after the rebuild.',
      );
  }
}

function report(cli: Cli, { keyIds, orders, untouched }: Extract<ErasureOutcome, { outcome: 'erased' }>): void {
  for (const keyId of keyIds)
    cli.out.line(`Key ${keyId} is destroyed; the receipt is in the stream ${streamOf(privacy, keyId)}.`);
  cli.out.line(`Orders that show "erased": ${orders.length}`);
  showOrders(cli, orders);
  cli.out.note('The warehouse, Stripe, the delivery partner, the mail system and back-ups keep their own copies.');
  hintAtOthers(cli, untouched);
}

/** Destroying is for good, so somebody at a terminal is asked, and a script has to say that it means it. */
async function confirm({ terminal: { stdin, stderr } }: Cli, customer: string): Promise<void> {
  if (stdin.isTTY !== true) {
    throw new CliError('nobody can be asked here: add --yes to erase for good', exitCodes.misused);
  }
  const dialogue = createInterface({ input: stdin, output: stderr });
  try {
    const typed = await dialogue.question(`This cannot be undone. Type ${customer} again to erase this customer: `);
    if (typed.trim() !== customer) throw new CliError('nothing was erased');
  } finally {
    dialogue.close();
  }
}

async function othersNaming(cli: Cli, customer: string, known: readonly PersonsOrder[]): Promise<PersonsOrder[]> {
  const ids = new Set(known.map(({ orderId }) => orderId));
  const { erasure } = await cli.portal();
  return (await erasure.records.naming(customer)).filter(({ orderId }) => !ids.has(orderId));
}

function showOrders({ out }: Cli, orders: readonly PersonsOrder[]): void {
  out.table(
    ['order', 'id', 'status', 'customer id'],
    orders.map((order) => [order.orderNumber, order.orderId, order.status, order.customerId]),
  );
}

/** An address can stand in the orders of an account, and a customer can have ordered before data were encrypted. */
function hintAtOthers(cli: Cli, others: readonly PersonsOrder[]): void {
  const plain = others.filter(({ keyId }) => keyId === null);
  const ofOthers = others.filter(({ keyId }) => keyId !== null);
  if (ofOthers.length > 0) {
    cli.out.note(
      `Orders of others that name this customer too; erase those others if they are meant: ${ofOthers.length}`,
    );
    showOrders(cli, ofOthers);
  }
  if (plain.length > 0) {
    cli.out.note(`Orders recorded in plain text, before personal data were encrypted, that keep it: ${plain.length}`);
    showOrders(cli, plain);
  }
}
