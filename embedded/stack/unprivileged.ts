import { chownSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from './find-program.js';
import { run } from './run.js';
import { StackError } from './types.js';

/** How to run a program as somebody else than root: the words to put before the command line. */
export interface Account {
  uid: number;
  gid: number;
  prefix: string[];
}

/** Capabilities that let another user pass folders only root may enter; bit numbers as in linux/capability.h. */
const passing = [
  { names: [], bits: [] },
  { names: ['dac_read_search'], bits: [2] },
  { names: ['dac_override'], bits: [1] },
  { names: ['dac_override', 'dac_read_search'], bits: [1, 2] },
];

/** The check is one shell that starts and ends. */
const checkLimitMs = 10_000;

/**
 * Finds an account for a program that refuses to run as root, or undefined when we are not root.
 *
 * The project may lie where only root can go (`/root`, a `mktemp -d`). Then the program gets as few capabilities as
 * suffice to reach its files, and `no_setuid_fixup`, without which access(2), by which PostgreSQL looks for its own
 * executable, would ignore them.
 *
 * @param folder the program's own folder, which is made over to the account; its owner, or else the owner of the folder
 *   around it, is preferred over `nobody`, so that root can use a user's installation
 * @param needs files that must be executable and readable for the account
 */
export async function findAccount(
  folder: string,
  needs: { executable: string[]; readable: string[] },
): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const setpriv = findProgram('setpriv');
  if (setpriv === undefined) {
    throw new StackError(
      'PostgreSQL does not run as root and `setpriv` (package util-linux) is missing: ' +
        'start as an ordinary user, or set DATABASE_URL.',
    );
  }
  const { uid, gid } = chooseIds(folder);
  if (statSync(folder).uid !== uid) chownSync(folder, uid, gid);
  const held = heldCapabilities();
  let refusal = '';
  for (const { names, bits } of passing) {
    if (!bits.every((bit) => (held >> BigInt(bit)) & 1n)) continue;
    const account = { uid, gid, prefix: [setpriv, ...setprivOptions(uid, gid, names), '--'] };
    const result = await canReach(account, needs);
    if (result.ok) return account;
    refusal = result.output;
  }
  throw new StackError(
    `PostgreSQL does not run as root, and cannot be run as user ${uid} either (${refusal.trim()}). ` +
      'Start as an ordinary user, or set DATABASE_URL.',
  );
}

function setprivOptions(uid: number, gid: number, capabilities: string[]): string[] {
  const list = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${list}`,
    ...(capabilities.length === 0 ? [] : [`--ambient-caps=${list}`, '--securebits=+no_setuid_fixup']),
  ];
}

function canReach(account: Account, needs: { executable: string[]; readable: string[] }) {
  const [file = '', ...args] = account.prefix;
  const tests = [...needs.executable.map((name) => ['-x', name]), ...needs.readable.map((name) => ['-r', name])].flat();
  const script = 'while [ $# -gt 0 ]; do test "$1" "$2" || { echo "no access to $2"; exit 1; }; shift 2; done';
  return run(file, [...args, '/bin/sh', '-c', script, 'sh', ...tests], { limitMs: checkLimitMs });
}

/** initdb wants an account that has a name, so a made-up number will not do. */
function chooseIds(folder: string): { uid: number; gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const ownedBy = (place: string) => accounts.find(({ uid }) => uid !== 0 && uid === statSync(place).uid);
  const account =
    ownedBy(folder) ??
    ownedBy(path.dirname(folder)) ??
    accounts.find(({ name }) => name === 'nobody') ??
    accounts.find(({ uid }) => uid > 0);
  return account ?? { uid: 65_534, gid: 65_534 };
}

function heldCapabilities(): bigint {
  try {
    const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return BigInt(`0x${line?.[1] ?? '0'}`);
  } catch {
    return 0n;
  }
}
