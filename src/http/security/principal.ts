import type { IncomingHttpHeaders } from 'node:http';
import type { BrandId } from '../../domain/shared/ids.js';
import { Problem } from '../problems/problem.js';

export const roles = ['buyer', 'brand', 'operator', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who sends a request. `customerId` narrows a buyer, `brandId` a brand, to what is theirs. */
export interface Principal {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly customerId?: string;
  readonly brandId?: BrandId;
}

export function hasOneOf({ roles }: Principal, wanted: readonly Role[]): boolean {
  return roles.some((role) => wanted.includes(role));
}

/** Answers at once where it can. @returns null when the request carries no valid credential */
export type Authenticate = (request: {
  readonly headers: IncomingHttpHeaders;
}) => Principal | null | Promise<Principal | null>;

/** What is wrong with a credential that is narrowed to what it does not name. */
export const noCustomer = 'The credential names no customer: a token needs the claim customer_id.';
const noBrand = 'The credential names no brand: a token needs the claim brand_id.';

/**
 * Everybody is operator and admin: for one machine only, the configuration refuses it elsewhere. A browser that another
 * web site sends here is still turned away, unless its origin is one of `origins`.
 */
export function openAuthenticator(origins: readonly string[] = []): Authenticate {
  const principal: Principal = { subject: 'local', roles: ['operator', 'admin'] };
  return ({ headers }) => {
    const foreign = headers['sec-fetch-site'] === 'cross-site' && !origins.includes(headers.origin ?? '');
    return foreign ? null : principal;
  };
}

/** The `actor` of events this principal causes: ids only. */
export function actorOf(principal: Principal): string {
  const role = (['admin', 'operator', 'auditor', 'brand', 'buyer'] as const).find((one) =>
    principal.roles.includes(one),
  );
  return role === 'admin' ? `operator:${principal.subject}` : `${role ?? 'anonymous'}:${principal.subject}`;
}

/**
 * The customer a principal is narrowed to when reading orders or acting on them: none for staff.
 * @returns null when the principal may see no order at all (a buyer without customer id, see {@link noCustomer})
 */
export function customerScope(principal: Principal, staff: readonly Role[]): { customerId?: string } | null {
  if (hasOneOf(principal, staff)) return {};
  return principal.customerId === undefined ? null : { customerId: principal.customerId };
}

/**
 * The brand a principal is narrowed to, undefined for those who see all brands.
 * @throws Problem for a brand without brand id
 */
export function brandScope(principal: Principal, seeAll: readonly Role[]): BrandId | undefined {
  if (hasOneOf(principal, seeAll)) return undefined;
  if (principal.brandId === undefined) throw new Problem('forbidden', noBrand);
  return principal.brandId;
}
