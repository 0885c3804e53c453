import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureAlgorithms } from '../../../src/config/variables.js';
import { buildApp } from '../../../src/http/app.js';
import { tokenAuthenticator } from '../../../src/http/security/token-authenticator.js';
import { clockAheadBy } from '../../support/clock.js';
import { type Listening, listen } from '../../support/listen.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { until } from '../../support/until.js';

const issuer = 'https://issuer.example';
const audience = 'portal';
const secret = 'a secret of the issuer and the portal';
const now = Math.floor(Date.now() / 1_000);
const claims: JWTPayload = {
  sub: 'u-1',
  roles: ['operator'],
  iss: issuer,
  aud: audience,
  iat: now,
  exp: now + 600,
};
const without = (name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

const usual = { issuer, audience, algorithms: signatureAlgorithms, expiryRequired: true, clockSkewSeconds: 30 };

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let strangers: typeof keys;
let keySet: Listening;
let byKeySet: FastifyInstance;
let bySecret: FastifyInstance;

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  strangers = await generateKeyPair('RS256', { extractable: true });
  const published = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }] };
  keySet = await listen(
    createServer((_request, answer) => {
      answer.setHeader('content-type', 'application/json').end(JSON.stringify(published));
    }),
  );
  const jwksUrl = `${keySet.url}/keys`;
  const app = (settings: { jwksUrl: string | null; secret: string | null }) =>
    buildApp(memoryPortal({ authenticate: tokenAuthenticator({ ...usual, ...settings }) }).options);
  byKeySet = await app({ jwksUrl, secret: null });
  bySecret = await app({ jwksUrl: null, secret });
});
afterAll(async () => {
  await byKeySet?.close();
  await bySecret?.close();
  await keySet?.close();
});

it('takes the algorithms and the difference of clocks that it is told', async () => {
  const told = { ...usual, jwksUrl: `${keySet.url}/keys`, secret: null };
  const strict = await buildApp(
    memoryPortal({ authenticate: tokenAuthenticator({ ...told, algorithms: ['ES256'] }) }).options,
  );
  const prompt = await buildApp(
    memoryPortal({ authenticate: tokenAuthenticator({ ...told, clockSkewSeconds: 0 }) }).options,
  );
  const late = await signed({ ...claims, exp: Math.floor(Date.now() / 1_000) - 10 });
  expect(await status(byKeySet, await signed())).toBe(200);
  expect(await status(strict, await signed())).toBe(401);
  expect(await status(byKeySet, late)).toBe(200);
  expect(await status(prompt, late)).toBe(401);
  await Promise.all([strict.close(), prompt.close()]);
});

const status = async (app: FastifyInstance, token: string) =>
  (await app.inject({ url: '/api/v1/orders', headers: { authorization: `Bearer ${token}` } })).statusCode;
const signed = (payload: JWTPayload = claims, header = { alg: 'RS256', kid: 'k1' } as object, by = keys.privateKey) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', ...header }).sign(by);
const shared = (payload: JWTPayload = claims, by = secret, header: object = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', ...header }).sign(new TextEncoder().encode(by));
/** A token put together by hand, for what no library would sign. */
const forged = (header: object, payload: JWTPayload, sign: (text: string) => string) => {
  const text = [header, payload].map((part) => base64url.encode(JSON.stringify(part))).join('.');
  return `${text}.${sign(text)}`;
};
const hmac = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest('base64url');

it('a good token is let in, by key set and by secret', async () => {
  expect(await status(byKeySet, await signed())).toBe(200);
  expect(await status(bySecret, await shared())).toBe(200);
  expect(await status(byKeySet, await signed({ ...claims, aud: ['other', audience] }))).toBe(200);
});

it('a token that never expires, signed by a short secret, is let in where both may be', async () => {
  const brief = { ...usual, jwksUrl: null, secret: 'short', expiryRequired: false };
  const app = await buildApp(memoryPortal({ authenticate: tokenAuthenticator(brief) }).options);
  const sign = (payload: JWTPayload) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('short'));
  try {
    const lasting = await sign(without('exp'));
    expect(await status(app, lasting)).toBe(200);
    expect(await status(app, lasting)).toBe(200);
    expect(await status(app, await sign({ ...claims, exp: now - 120 }))).toBe(401);
  } finally {
    await app.close();
  }
});

it('a token tells who sends it, with which roles, and to what they are narrowed', async () => {
  const authenticate = tokenAuthenticator({ ...usual, jwksUrl: null, secret });
  const principal = async (odd: JWTPayload) =>
    authenticate({ headers: { authorization: `Bearer ${await shared({ ...claims, ...odd })}` } });
  const longest = 'c'.repeat(255);
  expect(await principal({ roles: ['buyer', 'root'], customer_id: longest })).toEqual({
    subject: 'u-1',
    roles: ['buyer'],
    customerId: longest,
  });
  expect(await principal({ roles: ['brand'], brand_id: 'b-1', customer_id: '' })).toEqual({
    subject: 'u-1',
    roles: ['brand'],
    brandId: 'b-1',
  });
});

it('a token that was let in is not remembered for longer than it is good', async () => {
  const settings = { ...usual, jwksUrl: null, secret, clockSkewSeconds: 0 };
  const app = await buildApp(memoryPortal({ authenticate: tokenAuthenticator(settings) }).options);
  const brief = await shared({ ...claims, exp: Math.ceil(Date.now() / 1_000) + 1 });
  expect(await status(app, brief)).toBe(200);
  await until('it has expired', async () => (await status(app, brief)) === 401);
  await app.close();
});

describe.each([
  ['by key set', () => byKeySet, signed],
  ['by secret', () => bySecret, shared],
] as const)('%s, a token is refused', (_how, app, sign) => {
  it.each<[string, JWTPayload]>([
    ['of another issuer', { ...claims, iss: 'https://evil.example' }],
    ['of no issuer', without('iss')],
    ['for another audience', { ...claims, aud: 'shop' }],
    ['for no audience', without('aud')],
    ['that has expired', { ...claims, exp: now - 120 }],
    ['that never expires', without('exp')],
    ['that is not valid yet', { ...claims, nbf: now + 600 }],
    ['of nobody', without('sub')],
    ['of an empty name', { ...claims, sub: '' }],
    ['without roles', without('roles')],
    ['with its roles as text', { ...claims, roles: 'operator admin' }],
    ['with an expiry as text', { ...claims, exp: String(now + 600) as never }],
  ])('%s', async (_what, payload) => {
    expect(await status(app(), await sign(payload))).toBe(401);
  });

  it('or gives no right, when its roles are none of ours', async () => {
    for (const roles of [['root'], ['Operator'], ['operator '], [], [['operator']], ['__proto__']]) {
      expect(await status(app(), await sign({ ...claims, roles })), JSON.stringify(roles)).toBe(403);
    }
  });

  it('whose payload was changed after it was signed', async () => {
    const [header, , signature] = (await sign({ ...claims, roles: ['buyer'] })).split('.');
    const payload = base64url.encode(JSON.stringify(claims));
    expect(await status(app(), `${header}.${payload}.${signature}`)).toBe(401);
  });

  it('without a signature, whatever the algorithm calls itself', async () => {
    for (const alg of ['none', 'None', 'NONE', '', 'HS256', 'RS256']) {
      for (const kid of [{}, { kid: 'k1' }]) {
        expect(
          await status(
            app(),
            forged({ alg, ...kid }, claims, () => ''),
          ),
          alg,
        ).toBe(401);
        expect(
          await status(
            app(),
            forged({ alg, ...kid }, claims, () => 'AA'),
          ),
          alg,
        ).toBe(401);
      }
    }
  });

  it('that asks for an extension nobody knows', async () => {
    const header = { alg: 'HS256', kid: 'k1', crit: ['mercy'], mercy: true };
    expect(await status(app(), forged(header, claims, hmac(secret)))).toBe(401);
  });
});

describe('by key set, a token is refused', () => {
  it('that a stranger has signed, also one that brings its key along', async () => {
    const jwk = await exportJWK(strangers.publicKey);
    for (const header of [{ kid: 'k1' }, { kid: 'k1', jwk }, { jwk }, { kid: 'k1', jku: 'http://127.0.0.1:1/keys' }]) {
      expect(await status(byKeySet, await signed(claims, header, strangers.privateKey))).toBe(401);
    }
  });

  it('that takes the public key for a shared secret', async () => {
    const pem = await exportSPKI(keys.publicKey);
    const { n = '' } = await exportJWK(keys.publicKey);
    for (const key of [pem, pem.trim(), n, '']) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        expect(await status(byKeySet, forged({ alg, kid: 'k1' }, claims, hmac(key)))).toBe(401);
      }
    }
  });

  it('with an algorithm the key is not for', async () => {
    const pss = await generateKeyPair('PS256');
    expect(await status(byKeySet, await signed(claims, { alg: 'PS256', kid: 'k1' }, pss.privateKey))).toBe(401);
  });

  it('with the name of no published key', async () => {
    for (const kid of ['k2', '../../dev/null', "k1' or '1'='1", 'http://127.0.0.1:1/', randomUUID()]) {
      expect(await status(byKeySet, await signed(claims, { kid })), kid).toBe(401);
    }
  });
});

it('by secret, a token is refused that another secret or a key pair has signed', async () => {
  for (const key of ['another secret, of the same length or so', `${secret} `, secret.slice(1)]) {
    expect(await status(bySecret, await shared(claims, key))).toBe(401);
  }
  expect(await status(bySecret, await signed())).toBe(401);
  expect(await status(bySecret, forged({ alg: 'HS512' }, claims, hmac(secret)))).toBe(401);
});

it('what is no token at all is refused', async () => {
  for (const token of [
    '',
    '.',
    '..',
    'a.b.c',
    'x'.repeat(8_000),
    'null',
    `${await shared()}.x`,
    ` ${await shared()}`,
  ]) {
    expect(await status(bySecret, token), token.slice(0, 20)).toBe(401);
  }
});

describe('when the issuer changes its keys or is away', () => {
  let answers: () => { status: number; keys: object[] };
  let issuerServer: Listening;
  let app: FastifyInstance;
  let freshPortal: () => ReturnType<typeof memoryPortal>;
  const freshApp = () => buildApp(freshPortal().options);
  const publish = async (kid: string, pair: typeof keys) => ({
    ...(await exportJWK(pair.publicKey)),
    kid,
    use: 'sig',
    alg: 'RS256',
  });

  beforeAll(async () => {
    issuerServer = await listen(
      createServer((_request, answer) => {
        const { status: code, keys: published } = answers();
        answer.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }));
      }),
    );
    const jwksUrl = `${issuerServer.url}/keys`;
    freshPortal = () => memoryPortal({ authenticate: tokenAuthenticator({ ...usual, jwksUrl, secret: null }) });
    app = await freshApp();
  });
  afterAll(async () => {
    await app?.close();
    await issuerServer?.close();
  });

  it('answers 503, not 401, while nobody can tell; then old keys stay good and new ones come soon', async () => {
    answers = () => ({ status: 500, keys: [] });
    const answer = await app.inject({
      url: '/api/v1/orders',
      headers: { authorization: `Bearer ${await signed()}` },
    });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'unavailable', status: 503 });
    expect(answer.headers['retry-after']).toBeDefined();

    const first = await publish('k1', keys);
    answers = () => ({ status: 200, keys: [first] });
    await until('the keys are fetched', async () => (await status(app, await signed())) === 200);

    const second = await publish('k2', strangers);
    const byNewKey = () => signed(claims, { kid: 'k2' }, strangers.privateKey);
    answers = () => ({ status: 500, keys: [] });
    await until('the issuer is asked and away', async () => (await status(app, await byNewKey())) === 503);
    expect(await status(app, await signed({ ...claims, jti: 'another' }))).toBe(200);

    answers = () => ({ status: 200, keys: [first, second] });
    await until('the new key is known', async () => (await status(app, await byNewKey())) === 200);
    expect(await status(app, await signed(claims, { kid: 'k3' }, strangers.privateKey))).toBe(401);
  });

  it('tries each of the keys that it could mean, where they have no names', async () => {
    const published = [await publish('', keys), await publish('', strangers)].map(({ kid: _, ...key }) => key);
    answers = () => ({ status: 200, keys: published });
    const other = await freshApp();
    const neither = await generateKeyPair('RS256');
    const by = (pair: typeof keys) => signed(claims, { kid: undefined }, pair.privateKey);
    expect(await status(other, await by(keys))).toBe(200);
    expect(await status(other, await by(strangers))).toBe(200);
    expect(await status(other, await by(neither))).toBe(401);
    const past = await signed({ ...claims, exp: now - 3_600 }, { kid: undefined }, strangers.privateKey);
    expect(await status(other, past)).toBe(401);
    await other.close();
  });

  it('says in the log why the keys cannot be fetched', async () => {
    answers = () => ({ status: 500, keys: [] });
    const portal = freshPortal();
    const other = await buildApp(portal.options);
    expect(await status(other, await signed())).toBe(503);
    const err = expect.objectContaining({ message: expect.stringContaining('Expected 200 OK') });
    expect(portal.logs).toContainEqual(expect.objectContaining({ facts: expect.objectContaining({ err }) }));
    await other.close();
  });

  it('new keys come soon although the clock was put back since the last were fetched', async () => {
    const lasting = { ...claims, exp: now + 2 * 60 * 60 };
    const first = await publish('k1', keys);
    answers = () => ({ status: 200, keys: [first] });
    const clock = clockAheadBy(60 * 60 * 1_000);
    try {
      const other = await freshApp();
      expect(await status(other, await signed(lasting))).toBe(200);
      clock.putAheadBy(0);
      const third = await publish('k3', strangers);
      answers = () => ({ status: 200, keys: [third] });
      const byNewKey = () => signed(lasting, { kid: 'k3' }, strangers.privateKey);
      await until('the new key is known', async () => (await status(other, await byNewKey())) === 200, 5_000);
      expect(await status(other, await signed({ ...lasting, jti: 'of a key withdrawn' }))).toBe(401);
      await other.close();
    } finally {
      clock.restore();
    }
  });
});

it.each([
  ['a number as its name', { sub: 5 as never }],
  ['a NUL in its name', { sub: 'a\u0000b' }],
  ['a NUL in its customer', { customer_id: 'c\u0000' }],
  ['half a character in its brand', { brand_id: '\ud800' }],
  ['an endless customer', { customer_id: 'c'.repeat(256) }],
])('a token with %s counts as none', async (_what, odd) => {
  expect(await status(bySecret, await shared({ ...claims, ...odd }))).toBe(401);
});
