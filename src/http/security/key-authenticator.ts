import { LRUCache } from 'lru-cache';
import type { BrandId } from '../../domain/shared/ids.js';
import { type Authenticate, type Principal, roles } from './principal.js';

/** The API keys as the authenticator needs them. */
export interface KeyFinder {
  /** @returns null for a key that is unknown, revoked or expired */
  find(token: string): Promise<{
    readonly id: string;
    readonly roles: readonly string[];
    readonly customerId: string | null;
    readonly brandId: BrandId | null;
  } | null>;
}

/** A revoked key works for this long at most, milliseconds; in return a busy caller costs one query in this time. */
const rememberMs = 5_000;
const rememberedKeys = 1_000;

/** Bearer tokens that are API keys (`vlk_…`); every other request is left to `others`. */
export function keyAuthenticator(keys: KeyFinder, others: Authenticate): Authenticate {
  const remembered = new LRUCache<string, Principal>({ max: rememberedKeys, ttl: rememberMs });
  async function find(token: string): Promise<Principal | null> {
    const key = await keys.find(token);
    if (!key) return null;
    const principal: Principal = {
      subject: `key-${key.id}`,
      roles: roles.filter((role) => key.roles.includes(role)),
      ...(key.customerId === null ? {} : { customerId: key.customerId }),
      ...(key.brandId === null ? {} : { brandId: key.brandId }),
    };
    remembered.set(token, principal);
    return principal;
  }

  return (request) => {
    const token = /^Bearer (vlk_[\w-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    return token === undefined ? others(request) : (remembered.get(token) ?? find(token));
  };
}
