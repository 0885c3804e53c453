import type { Command } from 'commander';
import type { Portal } from '../../compose.js';
import { InvalidConfig } from '../../config.js';
import { examine, type Finding, hiding, ok, type Verdict } from '../doctor/check.js';
import { httpTime, judgeClocks, postgresTime, redisTime, skewOf } from '../doctor/clocks.js';
import { logFolder } from '../doctor/log-folder.js';
import { effects, migrations, personalKeys, postgresWrites, projections, signingKey } from '../doctor/stores.js';
import { tokenClaims } from '../doctor/tokens.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Act, Cli } from '../session.js';

/** `doctor`: what is wrong with an installation, and what to do about it. */
export function doctorCommand(program: Command, act: Act): void {
  program
    .command('doctor')
    .description('check configuration, connections, clocks, stores and what is overdue, and tell what to do')
    .addHelpText('after', '\nIt changes nothing. Exit code 1 when a check fails; warnings alone are 0.\n')
    .action(act(doctor));
}

async function doctor(cli: Cli): Promise<ExitCode> {
  const findings = await examineAll(cli);
  const healthy = findings.every(({ state }) => state !== 'failed');
  cli.out.answer({ healthy, findings }, () => show(cli, findings));
  return healthy ? exitCodes.ok : exitCodes.failed;
}

async function examineAll(cli: Cli): Promise<Finding[]> {
  let portal: Portal;
  try {
    portal = await cli.portal();
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    const mend = 'Set it in the environment, or as NAME_FILE; docs/configuration.md has every variable.';
    return error.problems.map((detail) => ({ check: 'configuration', state: 'failed', detail, mend }));
  }
  const { config } = portal;
  const hide = hiding(config);
  const { neighbours } = await import('../doctor/neighbours.js');
  const answers = await Promise.all(
    neighbours.map(({ check, mend, look }) => examine(check, mend, () => look(portal), hide)),
  );
  const reached = (check: string) => answers.some((finding) => finding.check === check && finding.state === 'ok');

  const later = async (check: string, needs: readonly string[], look: (portal: Portal) => Promise<Verdict>) => {
    const missing = needs.filter((need) => !reached(need));
    return missing.length === 0
      ? examine(check, 'Look at the portal’s log, and run this again.', () => look(portal), hide)
      : ({ check, state: 'skipped', detail: `needs ${missing.join(' and ')}`, mend: null } as const);
  };
  return [
    { check: 'configuration', ...ok(`${config.NODE_ENV}, AUTH_MODE ${config.AUTH_MODE}`) },
    await later('log folder', [], logFolder),
    await later('token claims', [], tokenClaims),
    ...answers,
    await later('postgresql writes', ['postgresql'], postgresWrites),
    await later('clocks', ['postgresql'], (of) => clocks(of, reached)),
    await later('migrations', ['postgresql'], migrations),
    await later('personal keys', ['postgresql'], personalKeys),
    await later('projections', ['postgresql', 'event store'], projections),
    await later('effects', ['postgresql'], effects),
    await later('signing key', ['event store'], signingKey),
  ];
}

async function clocks({ pools, redis, config }: Portal, reached: (check: string) => boolean): Promise<Verdict> {
  const servers: [string, string, () => Promise<number>][] = [
    ['postgresql', 'postgresql', () => postgresTime(pools.api)],
    ['redis queues', 'redis queues', () => redisTime(redis.producer)],
    ['redis cache', 'redis cache', () => redisTime(redis.cache)],
    ['warehouse token', 'warehouse', () => httpTime(config.EXTENSIV_BASE_URL)],
    ['stripe', 'stripe', () => httpTime(config.STRIPE_API_BASE || 'https://api.stripe.com')],
  ];
  const skews = new Map<string, number>();
  for (const [, name, serverTime] of servers.filter(([check]) => reached(check))) {
    // A server that tells no time is no fault of this installation.
    const skew = await skewOf(serverTime).catch(() => null);
    if (skew !== null) skews.set(name, skew);
  }
  return judgeClocks(skews);
}

function show({ out }: Cli, findings: readonly Finding[]): void {
  const { colours } = out;
  const paint = {
    ok: colours.green,
    warning: colours.yellow,
    failed: colours.red,
    skipped: colours.gray,
  };
  out.table(
    ['check', 'state', 'detail'],
    findings.map(({ check, state, detail }) => [check, paint[state](state), detail]),
  );
  const mends = new Set(findings.flatMap(({ check, mend }) => (mend === null ? [] : [`${check}: ${mend}`])));
  if (mends.size === 0) {
    out.line(colours.green('Everything is in order.'));
    return;
  }
  out.line();
  out.line(colours.bold('What to do'));
  for (const mend of mends) out.line(`  ${mend}`);
}
