import path from 'node:path';
import { collectDossier } from '../../audit/dossier/collect.js';
import { checkDossier, writeDossier } from '../../audit/dossier/folder.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Cli } from '../session.js';
import { verifierFrom } from '../verifier.js';

interface DossierOptions {
  readonly out?: string;
  readonly check?: string;
  readonly key?: string;
  /** The same, as it was called first. */
  readonly keys?: string;
}

/** `audit dossier`: an order's whole record for somebody who has no access to the portal. */
export async function dossier(cli: Cli, options: DossierOptions, order?: string): Promise<ExitCode> {
  if (options.check !== undefined) return check(cli, options.check, options.key ?? options.keys);
  if (order === undefined || options.out === undefined) {
    throw new CliError('name an order and a folder with --out, or a folder with --check', exitCodes.misused);
  }
  return write(cli, order, options.out);
}

async function write(cli: Cli, order: string, folder: string): Promise<ExitCode> {
  const portal = await cli.portal();
  const { eventStore, pools, projections, audit } = portal;
  const deps = { eventStore, db: pools.projections, queries: projections.queries, verifier: audit.verifier };
  const orderId = await resolveOrderId(portal, order);
  const collected = await collectDossier(deps, orderId, {
    collectedAt: new Date().toISOString(),
    collectedBy: cli.context().actor,
  });
  if (!collected) throw new CliError(`there is no order ${order}`);
  const manifest = await writeDossier(collected, folder, audit.signer);
  const sound = collected.checks.every(({ ok }) => ok);
  cli.out.answer({ folder: path.resolve(folder), sound, checks: collected.checks, manifest }, () => {
    cli.out.table(
      ['check', 'holds', 'detail'],
      collected.checks.map(({ name, ok, detail }) => [name, ok ? 'yes' : 'NO', detail]),
    );
    cli.out.line();
    cli.out.line(path.join(path.resolve(folder), 'dossier.html'));
  });
  if (!audit.signer) cli.out.note('The manifest is not signed: AUDIT_SIGNING_KEY is not set.');
  return sound ? exitCodes.ok : exitCodes.failed;
}

async function check(cli: Cli, folder: string, key: string | undefined): Promise<ExitCode> {
  const verifier = key === undefined ? null : await verifierFrom(key);
  const verdict = await checkDossier(folder, verifier);
  cli.out.answer(verdict, () => {
    const { orderNumber, collectedAt, files, signature } = verdict;
    cli.out.line(`dossier of ${orderNumber} as of ${collectedAt}, ${files} files, signature ${signature}`);
    for (const fault of verdict.faults) cli.out.line(cli.out.colours.red(fault));
    if (verdict.faults.length === 0) cli.out.line(cli.out.colours.green('Everything is as it was written.'));
  });
  return verdict.faults.length === 0 ? exitCodes.ok : exitCodes.failed;
}
