import { asBrandId } from '../../src/domain/shared/ids.js';
import { type Authenticate, type Principal, type Role, roles } from '../../src/http/security/principal.js';

/** Bearer tokens `role`, `role:customer` and `brand:brandId`; everything else is no credential. */
export function testTokens(): Authenticate {
  return async ({ headers }) => {
    const [role, id] = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]?.split(':') ?? [];
    if (!roles.includes(role as Role)) return null;
    const principal: Principal = { subject: `u-${role}`, roles: [role as Role] };
    if (id === undefined) return principal;
    return role === 'brand' ? { ...principal, brandId: asBrandId(id) } : { ...principal, customerId: id };
  };
}
