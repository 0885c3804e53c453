import { type CryptoKey, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { asBrandId } from '../../domain/shared/ids.js';
import { Problem } from '../problems/problem.js';
import { KeySetUnreachable, remoteKeySet } from './key-set.js';
import { type Authenticate, type Principal, roles } from './principal.js';

export interface TokenSettings {
  /** Where the issuer publishes its keys; null to use `secret`. */
  readonly jwksUrl: string | null;
  /** Shared secret of HS256 tokens; null to use `jwksUrl`. */
  readonly secret: string | null;
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Of tokens that are signed by a published key. */
  readonly algorithms: readonly string[];
  /** A token must say when it expires. */
  readonly expiryRequired: boolean;
  /** Clocks of issuer and portal may differ by this much. */
  readonly clockSkewSeconds: number;
}

/** A token is checked again after so long, milliseconds, so that a key the issuer withdraws soon counts for nothing. */
const rememberMs = 5_000;
const rememberedTokens = 1_000;
/** Ids end up in events, rows and log lines. The length is OpenID Connect's limit of `sub`. */
const maxIdLength = 255;

/**
 * Bearer tokens: JWTs with `sub`, `roles` and as a rule `exp`, `customer_id` for buyers and `brand_id` for brands.
 * A token whose signature, algorithm, issuer, audience or time is wrong counts as none; so does one whose ids are not
 * plain text.
 * @throws Problem `unavailable` when the key that signed it cannot be fetched: then nobody knows whether it is good
 */
export function tokenAuthenticator(settings: TokenSettings): Authenticate {
  const verify = verifier(settings);
  /** By the whole header, which need not be taken apart again. */
  const remembered = new LRUCache<string, Principal>({ max: rememberedTokens });

  async function check(header: string): Promise<Principal | null> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
    if (token === undefined) return null;
    try {
      const claims = await verify(token);
      const principal = toPrincipal(claims);
      const { exp = Number.POSITIVE_INFINITY } = claims;
      const leftMs = Math.trunc((exp + settings.clockSkewSeconds) * 1_000) - Date.now();
      if (principal && leftMs >= 1) remembered.set(header, principal, { ttl: Math.min(rememberMs, leftMs) });
      return principal;
    } catch (error) {
      if (error instanceof KeySetUnreachable) throw new Problem('unavailable', error.message, { cause: error.cause });
      return null;
    }
  }

  return ({ headers: { authorization: header } }) =>
    header === undefined ? null : (remembered.get(header) ?? check(header));
}

function verifier({
  jwksUrl,
  secret,
  issuer,
  audience,
  ...rest
}: TokenSettings): (token: string) => Promise<JWTPayload> {
  const rules = {
    clockTolerance: rest.clockSkewSeconds,
    requiredClaims: ['sub', ...(rest.expiryRequired ? ['exp'] : [])],
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
  };
  if (jwksUrl !== null) {
    const keys = remoteKeySet(new URL(jwksUrl));
    const options = { ...rules, algorithms: [...rest.algorithms] };
    return async (token) => {
      try {
        return (await jwtVerify(token, keys, options)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
        return byOneOf(error, async (key) => (await jwtVerify(token, key, options)).payload);
      }
    };
  }
  if (secret === null) throw new Error('token mode needs a key set or a secret');
  const key = new TextEncoder().encode(secret);
  return async (token) => (await jwtVerify(token, key, { ...rules, algorithms: ['HS256'] })).payload;
}

/** Keys that have no name, or the same one, as an issuer may publish while it changes them. */
async function byOneOf(keys: AsyncIterable<CryptoKey>, verify: (key: CryptoKey) => Promise<JWTPayload>) {
  for await (const key of keys) {
    try {
      return await verify(key);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function toPrincipal(claims: JWTPayload): Principal | null {
  const { sub, roles: claimed, customer_id: customerId, brand_id: brandId } = claims as Record<string, unknown>;
  if (!isId(sub) || !Array.isArray(claimed)) return null;
  if (![customerId, brandId].every((id) => typeof id !== 'string' || id === '' || isId(id))) return null;
  return {
    subject: sub,
    roles: roles.filter((role) => claimed.includes(role)),
    ...(isId(customerId) ? { customerId } : {}),
    ...(isId(brandId) ? { brandId: asBrandId(brandId) } : {}),
  };
}

/** Control characters and halves of surrogate pairs cannot be stored, or not as they came. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxIdLength && /^[^\p{Cc}\p{Cs}]+$/u.test(value);
}
