import { expect, it } from 'vitest';
import { asBrandId, type BrandId } from '../../../src/domain/shared/ids.js';
import { withBrowserLogin } from '../../../src/http/security/browser-login.js';
import { keyAuthenticator } from '../../../src/http/security/key-authenticator.js';
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

it.each(['vlk_1', 'vlk_12', 'vlk_123', 'vlk_1:2'])('the password %s of a browser is its token', (token) => {
  const authorization = `Basic ${Buffer.from(`ann:${token}`).toString('base64')}`;
  expect(withBrowserLogin({ host: 'h', authorization })).toEqual({ host: 'h', authorization: `Bearer ${token}` });
});

it.each([undefined, 'Bearer vlk_1', 'Basic', 'Basic YTpi YTpi', 'Not Basic YTpi'])(
  'a browser that sends %s has not logged in',
  (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect(withBrowserLogin(headers)).toBe(headers);
  },
);

it('an API key acts under its id, with its roles, for its customer or its brand', async () => {
  const keys: Record<string, { roles: string[]; customerId: string | null; brandId: BrandId | null }> = {
    vlk_buyer: { roles: ['buyer', 'root'], customerId: 'c-1', brandId: null },
    vlk_brand: { roles: ['brand'], customerId: null, brandId: asBrandId('b-1') },
  };
  const find = async (token: string) => {
    const key = keys[token];
    return key ? { id: token.slice(4), ...key } : null;
  };
  const other = { subject: 'u-1', roles: [] };
  const authenticate = keyAuthenticator({ find }, () => other);
  const sent = (token: string) => authenticate({ headers: { authorization: `Bearer ${token}` } });
  for (const _time of ['found', 'remembered']) {
    expect(await sent('vlk_buyer')).toEqual({ subject: 'key-buyer', roles: ['buyer'], customerId: 'c-1' });
    expect(await sent('vlk_brand')).toEqual({ subject: 'key-brand', roles: ['brand'], brandId: 'b-1' });
    expect(await sent('vlk_nobody')).toBeNull();
  }
  for (const token of ['a.b.c', 'vlk_', `vlk_${'x'.repeat(201)}`, 'vlk_a b']) expect(await sent(token)).toBe(other);
  expect(await authenticate({ headers: {} })).toBe(other);
});
