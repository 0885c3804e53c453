import { expect, it } from 'vitest';
import { actorOf, openAuthenticator, type Role } from '../../../src/http/security/principal.js';

it.each<[Role[], string]>([
  [['buyer'], 'buyer:u-1'],
  [['buyer', 'brand'], 'brand:u-1'],
  [['brand', 'auditor'], 'auditor:u-1'],
  [['auditor', 'operator'], 'operator:u-1'],
  [['operator', 'admin'], 'operator:u-1'],
  [[], 'anonymous:u-1'],
])('what %j does is recorded as of %s', (roles, actor) => {
  expect(actorOf({ subject: 'u-1', roles })).toBe(actor);
});

it('without credentials, another web site is let in only where its origin is known', () => {
  const authenticate = openAuthenticator(['https://shop.example']);
  const from = (origin: string) => authenticate({ headers: { 'sec-fetch-site': 'cross-site', origin } });
  expect(from('https://shop.example')).not.toBeNull();
  expect(from('https://evil.example')).toBeNull();
  expect(authenticate({ headers: { 'sec-fetch-site': 'cross-site' } })).toBeNull();
  expect(authenticate({ headers: {} })).not.toBeNull();
});
