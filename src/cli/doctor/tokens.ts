import { createLocalJWKSet, createRemoteJWKSet, type JWK } from 'jose';
import type { Portal } from '../../compose.js';
import { counted } from '../../domain/shared/words.js';
import { failed, ok, type Verdict, warning } from './check.js';

/** As patient as the portal is with the issuer, milliseconds. */
const issuerPatienceMs = 3_000;

/** Without a key of the issuer no token can be checked, and every one is answered 503. @throws when it does not answer */
export async function tokenIssuer({ config }: Portal): Promise<Verdict> {
  if (config.AUTH_MODE === 'open') return ok('not asked: AUTH_MODE open');
  if (config.AUTH_JWKS_URL === '') return ok(config.AUTH_JWT_SECRET ? 'shares a secret' : 'none: API keys alone');
  const remote = createRemoteJWKSet(new URL(config.AUTH_JWKS_URL), { timeoutDuration: issuerPatienceMs });
  await remote.reload();
  const published = remote.jwks()?.keys ?? [];
  const { AUTH_ALGORITHMS: algorithms } = config;
  const usable = await Promise.all(published.map((key) => isUsable(key, algorithms)));
  const count = usable.filter(Boolean).length;
  if (count === 0) {
    return failed(
      `the key set has no usable key among ${published.length}`,
      `Check AUTH_JWKS_URL with the issuer: it must publish public keys for ${algorithms.join(', ')}.`,
    );
  }
  return ok(`publishes ${counted(count, 'usable key')}`);
}

/** Whether a token in any of the accepted algorithms could be checked with it. */
async function isUsable(key: JWK, algorithms: readonly string[]): Promise<boolean> {
  const find = createLocalJWKSet({ keys: [key] });
  const found = algorithms.map((alg) => find({ alg, ...(key.kid === undefined ? {} : { kid: key.kid }) }));
  return (await Promise.allSettled(found)).some(({ status }) => status === 'fulfilled');
}

/** A token made for another portal, or by another issuer with the same keys, must not open this one. */
export async function tokenClaims({ config }: Portal): Promise<Verdict> {
  const takesTokens = config.AUTH_MODE === 'token' && (config.AUTH_JWKS_URL !== '' || config.AUTH_JWT_SECRET !== '');
  if (!takesTokens) return ok('no tokens are taken');
  const open = [...(config.AUTH_ISSUER === '' ? ['issuer'] : []), ...(config.AUTH_AUDIENCE === '' ? ['audience'] : [])];
  if (open.length === 0) return ok('issuer and audience are compared');
  return warning(
    `any ${open.join(' and any ')} of a token is accepted`,
    `Set ${open.map((claim) => `AUTH_${claim.toUpperCase()}`).join(' and ')} to what the tokens for this portal carry.`,
  );
}
