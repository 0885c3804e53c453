import { migrationState } from '../../adapters/postgres/migrate.js';
import { isOwned } from '../../adapters/postgres/owner-lock.js';
import { lastSeal, SealBroken } from '../../audit/sealer.js';
import { messageOf } from '../../commands/failures.js';
import type { Portal } from '../../compose.js';
import { counted } from '../../domain/shared/words.js';
import type { EffectCount } from '../../processes/effects/store.js';
import { findRewound } from '../../projections/runtime/rewound.js';
import { lagOf, maxLagCounted } from '../projection-lag.js';
import { failed, ok, type Verdict, warning } from './check.js';

/** A read model this far behind shows yesterday's shop. */
const lagLimitEvents = 1_000;
/** A projection that is behind moves many times a second; one that has not for so long stands still. */
const standstillMs = 60_000;
/** Attempts with their pauses take a few minutes; what is still open after this is stuck. */
const overdueMs = 15 * 60_000;

export async function postgresWrites({ writes }: Portal): Promise<Verdict> {
  try {
    await writes.postgresql();
    return ok('taken');
  } catch (error) {
    return failed(
      messageOf(error),
      'Free space on the disk of PostgreSQL, or end its being read-only; the rest follows.',
    );
  }
}

export async function migrations({ pools }: Portal): Promise<Verdict> {
  const { applied, pending, unknown } = await migrationState(pools.api);
  if (pending.length > 0) return failed(`missing: ${pending.join(', ')}`, 'Run `npm run portal -- migrate`.');
  if (unknown.length > 0) {
    return warning(
      `the database has ${unknown.join(', ')} of a newer release`,
      'Run the newer release again when it is mended; this one works without what they added.',
    );
  }
  return ok(`${applied.length} applied`);
}

/** What the owner of each projector is called, see the projector. */
const projectorRoles = [
  { owner: 'projector:read-models', role: 'projections' },
  { owner: 'projector:effects', role: 'workers' },
];

export async function projections(portal: Portal): Promise<Verdict> {
  const status = await portal.projections.status();
  const missing = portal.projections.names.filter((name) => !status.some((row) => row.name === name));
  if (missing.length > 0) {
    return failed(`never run: ${missing.join(', ')}`, 'Start a process with the role projections.');
  }
  const troubles: string[] = [];
  if ((await findRewound({ db: portal.pools.projections, eventStore: portal.eventStore })).length > 0) {
    return failed(
      'the event store lacks what was read from it',
      'Was it restored from an older copy? Go on as the guide on back-ups says, with `projections reread`.',
    );
  }
  for (const { owner, role } of projectorRoles) {
    if (!(await isOwned(portal.pools.api, owner))) troubles.push(`no process with the role ${role} runs`);
  }
  let behind = 0;
  for (const row of status) {
    if (row.parkedStreams > 0) troubles.push(`${row.name} has ${counted(row.parkedStreams, 'parked stream')}`);
    const lag = await lagOf(portal, row);
    behind = Math.max(behind, lag);
    const still = lag > 0 && Date.now() - Date.parse(row.updatedAt) > standstillMs;
    if (lag > lagLimitEvents || still) {
      troubles.push(
        `${row.name} is ${lag === maxLagCounted ? `${lag}+` : lag} events behind${still ? ' and stands still' : ''}`,
      );
    }
  }
  if (troubles.length === 0) return ok(`${status.length} projections, ${behind} events behind at most`);
  return failed(
    troubles.join('; '),
    'Look at `projections status` and `projections parked`; retry or skip what is parked, and see that processes with ' +
      'the roles projections and workers run.',
  );
}

export async function effects(portal: Portal): Promise<Verdict> {
  const { overdue, failed: given } = await portal.effects.unsettled(overdueMs);
  const count = (rows: readonly EffectCount[]) => rows.map((row) => `${row.count} ${row.kind}`).join(', ');
  if (overdue.length > 0) {
    return failed(
      `open for more than ${overdueMs / 60_000} minutes: ${count(overdue)}`,
      'See that a process with the role workers runs, and what `effects list` says was the last error.',
    );
  }
  if (given.length > 0) {
    return warning(
      `failed for good: ${count(given)}`,
      'Look at `effects list --status failed`; retry or discard each.',
    );
  }
  return ok('none is overdue');
}

/** Keys that are opened to see whether they can be: a second's work. */
const mostTried = 100_000;
/** Damaged keys that are named; more of them are one trouble. */
const mostNamed = 3;

/** Without its master key no personal data can be read, and no process starts. */
export async function personalKeys({ personalKeys: keys }: Portal): Promise<Verdict> {
  const { live, retired, underFormerMaster, underUnknownMaster } = await keys.counts();
  if (underUnknownMaster > 0) {
    return failed(
      `${counted(underUnknownMaster, 'key')} of personal data under a master key that is not given`,
      'Set PRIVACY_MASTER_KEY to the key they were made with; several may stand there, with commas between.',
    );
  }
  const { opened, damaged, all } = await keys.tryAll(mostTried);
  if (damaged.length > 0) {
    const named = damaged.slice(0, mostNamed).join(', ');
    return failed(
      `${counted(damaged.length, 'key')} of personal data cannot be opened: ${named}${damaged.length > mostNamed ? ', …' : ''}`,
      'Bring portal.personal_keys back from a back-up, or give the keys up: `npm run portal -- privacy lost` shows their orders.',
    );
  }
  if (underFormerMaster > 0) {
    return warning(
      `${counted(underFormerMaster, 'key')} of personal data under a former master key`,
      'Run `npm run portal -- privacy rotate-master-key` before that one is taken away.',
    );
  }
  const tried = all ? '' : `; ${opened} of them were opened`;
  return ok(`${counted(live + retired, 'key')} under the first master key${tried}`);
}

/** The key must be one that can sign, and the last seal one to go on from; whether all of them hold is for `audit verify`. */
export async function signingKey({ audit: { signer, verifier }, eventStore }: Portal): Promise<Verdict> {
  if (!signer) {
    return warning(
      'no signing key',
      'Set AUDIT_SIGNING_KEY to sign seals and exports; deploy/make-secrets.sh makes one.',
    );
  }
  try {
    const signedBy = (await lastSeal({ eventStore, verifier }))?.seal.signature.keyId;
    if (signedBy === undefined || verifier.keys.some(({ kid }) => kid === signedBy)) {
      return ok(`signs as ${signer.publicKey.kid}`);
    }
    return warning(
      `signs as ${signer.publicKey.kid}, and the last seal is signed as ${signedBy}, which is not known here`,
      'Give every process the same AUDIT_SIGNING_KEY; the public key of a former one belongs into AUDIT_FORMER_KEYS.',
    );
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return failed(
      `nothing is sealed: ${error.message}`,
      'Run `npm run portal -- audit verify`, keep its report, and go on as the guide on auditing says.',
    );
  }
}
