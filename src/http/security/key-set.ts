import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** A new signing key is looked up at once, but unknown ones ask the issuer no more often than this, milliseconds. */
const cooldownMs = 1_000;
/** A key the issuer withdrew counts for nothing after this, milliseconds, as long as the issuer answers. */
const freshMs = 600_000;
/** What the issuer may take to answer, and how long it is left alone when it did not, milliseconds. */
const timeoutMs = 3_000;
const restMs = 2_000;

/** The issuer does not answer, and the key is not among those it published last. */
export class KeySetUnreachable extends Error {
  override readonly name = 'KeySetUnreachable';
  constructor(cause: unknown) {
    super('The keys of the token issuer cannot be fetched.', { cause });
  }
}

/**
 * The published keys of a token issuer, fetched when they are first needed. While the issuer is away, the keys it
 * published last stay good.
 *
 * @throws KeySetUnreachable when the issuer is away and the key is not known, jose's errors when the key does not exist
 */
export function remoteKeySet(url: URL): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url, {
    cooldownDuration: cooldownMs,
    cacheMaxAge: freshMs,
    timeoutDuration: timeoutMs,
  });
  let restingUntil = 0;
  /** By the time of day, as jose tells the age of its keys. */
  let askedAt = 0;
  let failure: unknown;

  const fromLast: JWTVerifyGetKey = async (header, token) => {
    const known = remote.jwks();
    if (!known) throw new KeySetUnreachable(failure);
    return createLocalJWKSet(known)(header, token).catch((error: unknown) => {
      throw error instanceof errors.JWKSNoMatchingKey ? new KeySetUnreachable(failure) : error;
    });
  };

  return async (header, token) => {
    if (performance.now() < restingUntil) return fromLast(header, token);
    try {
      // Fetched in a time that is yet to come, the keys would stay fresh until then, and no new one be looked up.
      if (Date.now() < askedAt) await remote.reload();
      askedAt = Date.now();
      return await remote(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      failure = error;
      restingUntil = performance.now() + restMs;
      return fromLast(header, token);
    }
  };
}

function isAboutTheToken(error: unknown): boolean {
  return [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported].some(
    (kind) => error instanceof kind,
  );
}
