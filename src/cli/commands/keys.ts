import type { Command } from 'commander';
import { createApiKeys } from '../../adapters/postgres/api-keys.js';
import { brands } from '../../commands/aggregates.js';
import type { Portal } from '../../compose.js';
import { asBrandId, type BrandId } from '../../domain/shared/ids.js';
import { roles } from '../../http/security/principal.js';
import { recordOperation } from '../../processes/record-operation.js';
import { examples } from '../examples.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { choice, futureOf, oneOf } from '../options.js';
import type { Act, Cli } from '../session.js';

/** `keys …`: credentials of programs that call the API in token mode. */
export function keyCommands(program: Command, act: Act): void {
  const group = program.command('keys').description('API keys: bearer tokens of programs (AUTH_MODE=token)');

  group
    .command('create')
    .description('make a key; its token is shown this once')
    .addOption(
      choice('--role <roles>', 'one or more, with commas between', roles).argParser(rolesOf).makeOptionMandatory(),
    )
    .option('--name <name>', 'whose key it is; the roles and the day when not given')
    .option('--customer <id>', 'for buyers: the customer whose orders it sees')
    .option('--brand <id>', 'for brands: the brand whose payouts it sees')
    .option('--expires <time>', 'when it ends to be valid (ISO 8601), in the future')
    .addHelpText(
      'after',
      examples(
        'keys create --role auditor --name "Yearly audit" --expires 2027-01-31',
        'keys create --role buyer --customer c-17 --name "Shop of c-17"',
      ),
    )
    .action(act(create));

  group
    .command('list')
    .description('every key, without its token; state tells those that are expired or revoked')
    .addHelpText('after', examples('keys list'))
    .action(act(list));

  group
    .command('revoke <id>')
    .description('end a key for good; it works for five more seconds at most')
    .addHelpText('after', examples('keys revoke 3f9c0a12b7de'))
    .action(act(revoke));
}

interface CreateOptions {
  readonly role: readonly (typeof roles)[number][];
  readonly name?: string;
  readonly customer?: string;
  readonly brand?: string;
  readonly expires?: string;
}

function rolesOf(given: string) {
  return given.split(',').map((role) => oneOf('--role', role.trim(), roles));
}

async function create(cli: Cli, options: CreateOptions): Promise<ExitCode> {
  const { role: granted } = options;
  if (granted.includes('buyer') && options.customer === undefined) {
    throw new CliError('a buyer needs --customer', exitCodes.misused);
  }
  if (granted.includes('brand') && options.brand === undefined) {
    throw new CliError('a brand needs --brand', exitCodes.misused);
  }
  const expiresAt = options.expires === undefined ? null : futureOf('--expires', options.expires);
  const portal = await cli.portal();
  const context = cli.context();
  const name = options.name ?? `${granted.join(', ')} of ${portal.clock.now().toISOString().slice(0, 10)}`;
  const grant = {
    roles: granted,
    customerId: options.customer ?? null,
    brandId: options.brand === undefined ? null : asBrandId(options.brand),
    expiresAt,
  };
  const { key, token } = await createApiKeys(portal.pools.api).create(
    { name, createdBy: context.actor, ...grant },
    (keyId, secretHash) =>
      recordOperation(portal, (at) => ({ type: 'CreateApiKey', keyId, ...grant, secretHash, at }), context),
  );
  cli.out.answer({ ...key, token }, () => {
    cli.out.line(`Key ${key.id} for ${key.name}: ${key.roles.join(', ')}`);
    cli.out.line(token);
    cli.out.note('Keep the token; it cannot be shown again.');
  });
  if (grant.brandId !== null && (await isUnknown(portal, grant.brandId))) {
    cli.out.note(`There is no brand ${grant.brandId} yet: until it has a product, the key sees nothing.`);
  }
  return exitCodes.ok;
}

/** One whose stream cannot be read is there. */
async function isUnknown({ handler }: Portal, brandId: BrandId): Promise<boolean> {
  return handler.load(brands, brandId).then(
    ({ state }) => state === null,
    () => false,
  );
}

async function list(cli: Cli): Promise<ExitCode> {
  const { pools } = await cli.portal();
  const keys = await createApiKeys(pools.api).list();
  cli.out.answer({ keys }, () => {
    if (keys.length === 0) cli.out.line('There is no key.');
    cli.out.table(
      ['id', 'state', 'name', 'roles', 'customer', 'brand', 'made by', 'made', 'expires', 'revoked'],
      keys.map((key) => [
        key.id,
        key.state === 'valid' ? key.state : cli.out.colours.red(key.state),
        key.name,
        key.roles.join(','),
        key.customerId,
        key.brandId,
        key.createdBy,
        key.createdAt,
        key.expiresAt,
        key.revokedAt,
      ]),
    );
  });
  return exitCodes.ok;
}

async function revoke(cli: Cli, _options: object, id = ''): Promise<ExitCode> {
  const portal = await cli.portal();
  const keys = createApiKeys(portal.pools.api);
  const valid = (await keys.list()).some((key) => key.id === id && key.revokedAt === null);
  if (valid) await recordOperation(portal, (at) => ({ type: 'RevokeApiKey', keyId: id, at }), cli.context());
  const revoked = valid && (await keys.revoke(id));
  if (!revoked) throw new CliError(`there is no valid key ${id}`);
  cli.out.answer({ id, revoked }, () =>
    cli.out.line(`The key ${id} is revoked. Every process refuses it within 5 seconds.`),
  );
  return exitCodes.ok;
}
