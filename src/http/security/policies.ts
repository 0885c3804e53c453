import { hasOneOf, type Principal, type Role } from './principal.js';

/**
 * What each policy asks of a request: nothing (`public`, and `signed`, where the handler checks the sender's
 * signature), or one of these roles. Every route names exactly one.
 */
export const policies = {
  public: null,
  signed: null,
  'read:catalogue': ['buyer', 'brand', 'operator', 'auditor', 'admin'],
  'run:sync': ['operator', 'admin'],
  'read:syncs': ['operator', 'auditor', 'admin'],
  'place:orders': ['buyer', 'operator', 'admin'],
  'read:orders': ['buyer', 'operator', 'auditor', 'admin'],
  'pay:orders': ['buyer', 'operator', 'admin'],
  'cancel:orders': ['buyer', 'operator', 'admin'],
  'manage:orders': ['operator', 'admin'],
  'read:history': ['operator', 'auditor', 'admin'],
  'read:reservations': ['operator', 'auditor', 'admin'],
  'read:lots': ['operator', 'auditor', 'admin'],
  'refund:orders': ['operator', 'admin'],
  'manage:brands': ['operator', 'admin'],
  'read:brands': ['brand', 'operator', 'auditor', 'admin'],
  'read:events': ['buyer', 'brand', 'operator', 'auditor', 'admin'],
  'read:queues': ['operator', 'admin'],
  'read:payouts': ['brand', 'operator', 'auditor', 'admin'],
} as const satisfies Record<string, readonly Role[] | null>;

export type Policy = keyof typeof policies;

/** Roles that see the products of every brand, and roles that see every brand's payouts; a brand sees its own. */
export const catalogueReaders: readonly Role[] = ['buyer', 'operator', 'auditor', 'admin'];
export const payoutReaders: readonly Role[] = ['operator', 'auditor', 'admin'];

/** Roles that see every order, and roles that may act on every order. */
export const orderReaders: readonly Role[] = ['operator', 'auditor', 'admin'];
export const orderManagers: readonly Role[] = ['operator', 'admin'];

export function isPolicy(name: unknown): name is Policy {
  return typeof name === 'string' && Object.hasOwn(policies, name);
}

export function allows(policy: Policy, principal: Principal): boolean {
  const granted: readonly Role[] | null = policies[policy];
  return granted === null || hasOneOf(principal, granted);
}
