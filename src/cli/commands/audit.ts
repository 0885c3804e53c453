import { type Command, Option } from 'commander';
import { exportFormats } from '../../audit/export.js';
import { sealNow } from '../../audit/seal-schedule.js';
import { counted } from '../../domain/shared/words.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { choice, digestOf } from '../options.js';
import type { Act, Cli } from '../session.js';
import { dossier } from './dossier.js';
import { exportEvents } from './export-events.js';
import { verify } from './verify.js';

/** `audit …`: whether the events are what was recorded, and the read models what the events say. */
export function auditCommands(program: Command, act: Act): void {
  const group = program.command('audit').description('check what is recorded, and export it');

  group
    .command('verify')
    .description('check every hash chain and seal, fold every stream again and compare it with the read models')
    .option('--stream <stream>', 'only this stream and its row')
    .option('--file <file>', 'an export instead, with its index and manifest beside it, without any server')
    .option('--key <file>', 'trust these public keys (JWK set or PEM) and no others')
    .option('--digest <digest>', 'the seal with this digest, kept elsewhere, must be there', digestOf)
    .addHelpText(
      'after',
      examples(
        'audit verify',
        'audit verify --stream order-1f0c…',
        'audit verify --file export.jsonl --key audit-key.json',
      ),
    )
    .action(act(verify));

  group
    .command('export')
    .description('recorded events as they are stored, oldest first, on standard output or into files')
    .option('--from <time>', 'recorded at or after (ISO 8601)')
    .option('--to <time>', 'recorded before (ISO 8601)')
    .option('--order <id>', 'only this order, by id or number')
    .option('--sku <sku>', 'only this SKU')
    .option('--out <file>', 'write this file, its index and a signed manifest')
    .addOption(choice('--format <format>', 'how the events are written', exportFormats).default('jsonl'))
    .addHelpText(
      'after',
      '\nExamples:\n  npm run --silent portal -- audit export --from 2026-03-01 --to 2026-04-01 --out march.jsonl\n' +
        '  npm run --silent portal -- audit export --order VL-7K3M-9QXT-2WCD --format csv\n',
    )
    .action(act(exportEvents));

  group
    .command('seal')
    .description('seal now what was recorded since the last seal; the digest it shows is worth keeping elsewhere')
    .action(act(seal));

  group
    .command('dossier [order]')
    .description('everything on record about an order: a page to read and print, its events, a signed manifest')
    .option('--out <dir>', 'write it into this new or empty folder')
    .option('--check <dir>', 'check such a folder instead, without any server')
    .option('--key <file>', 'trust these public keys (JWK set or PEM), with --check')
    .addOption(new Option('--keys <file>').hideHelp())
    .addHelpText(
      'after',
      examples('audit dossier VL-7K3M-9QXT-2WCD --out dossier', 'audit dossier --check dossier --key audit-key.json'),
    )
    .action(act(dossier));
}

async function seal(cli: Cli): Promise<ExitCode> {
  const portal = await cli.portal();
  const { signer } = portal.audit;
  if (!signer) throw new CliError('AUDIT_SIGNING_KEY is not set: nothing can be signed', exitCodes.misused);
  const { pools, storedEvents: eventStore } = portal;
  const deps = { ...portal, ...portal.audit, db: pools.workers, eventStore, signer };
  const run = await sealNow(deps, cli.context());
  if (!run) throw new CliError('another process has been sealing for a minute; its seals cover everything before them');
  const { seals, events, last } = run;
  const { number, digest, sealedAt, upTo } = last ?? {};
  const { keyId } = last?.signature ?? {};
  const answer = { seals, events, last: last && { number, digest, sealedAt, upTo, keyId } };
  cli.out.answer(answer, () => {
    cli.out.line(seals === 0 ? 'Nothing was recorded since the last seal.' : `${counted(events, 'event')} sealed.`);
    if (last) cli.out.line(`seal ${number} of ${sealedAt}, up to ${upTo}, key ${keyId}\ndigest ${digest}`);
  });
  return exitCodes.ok;
}
