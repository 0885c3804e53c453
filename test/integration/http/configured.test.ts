import { generateKeyPairSync } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type JWTPayload, SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { createLogger } from '../../../src/adapters/telemetry/logger.js';
import type { Counted } from '../../../src/commands/ports.js';
import { createApp } from '../../../src/compose/app.js';
import { compose, type Portal } from '../../../src/compose.js';
import { loadConfig } from '../../../src/config.js';
import type { NamedProjector } from '../../../src/health.js';
import { settingsToNowhere } from '../../support/settings.js';

/** What a configuration makes of the HTTP app, up to where a request would need a server. */

const secret = 'a secret of thirty-two characters';
const complete = { ...settingsToNowhere, AUTH_MODE: 'token', AUTH_JWT_SECRET: secret, LOG_DIR: 'none' };

const logger = createLogger({ level: 'silent', dir: null, pretty: false });
const closes: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closes.splice(0).map((close) => close())));

async function appOf(env: NodeJS.ProcessEnv, parts: Partial<Portal> = {}, projectors: NamedProjector[] = []) {
  const portal = compose(loadConfig({ ...complete, ...env }), logger);
  const callers = new Set<string>();
  const count = (caller: string): Counted => ({ count: callers.add(caller).size, leftMs: 1_000 });
  const app = await createApp({ ...portal, rateCounter: { count }, ...parts }, projectors);
  closes.push(async () => {
    await app.close();
    await portal.close();
  });
  return { app, callers, portal };
}

const inMinutes = (minutes: number) => Math.floor(Date.now() / 1_000) + 60 * minutes;

function tokenOf(claims: JWTPayload): Promise<string> {
  const { iss = 'https://issuer.example', aud = 'portal', exp = inMinutes(5), ...more } = claims;
  const payload = { sub: 'shop', roles: ['operator'], iss, aud, exp, ...more };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}

/** Whether the caller is taken for somebody: then it is told what is wrong with its query, else 401. */
async function isTaken(app: FastifyInstance, token?: string): Promise<boolean> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { statusCode } = await app.inject({ url: '/api/v1/orders?limit=none', headers });
  expect([400, 401]).toContain(statusCode);
  return statusCode === 400;
}

it('takes the tokens of its issuer for itself, as long as they are valid', async () => {
  const claims = { AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'portal', AUTH_CLOCK_SKEW_SECONDS: '60' };
  const { app } = await appOf(claims);
  const { app: lax } = await appOf({});
  for (const [given, taken, takenByLax] of [
    [{}, true, true],
    [{ iss: 'https://other.example' }, false, true],
    [{ aud: 'another portal' }, false, true],
    [{ exp: inMinutes(-0.75) }, true, false],
    [{ exp: inMinutes(-2) }, false, false],
  ] as const) {
    const token = await tokenOf(given);
    expect([await isTaken(app, token), await isTaken(lax, token)], JSON.stringify(given)).toEqual([taken, takenByLax]);
  }
});

it('asks of a token that it ends, but on one machine', async () => {
  const endless = await new SignJWT({ sub: 'shop', roles: ['operator'] })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
  expect(await isTaken((await appOf({})).app, endless)).toBe(true);
  expect(await isTaken((await appOf({ HOST: '0.0.0.0' })).app, endless)).toBe(false);
});

it('takes no token where there is no issuer, and nobody without one', async () => {
  const { app } = await appOf({ AUTH_JWT_SECRET: '' });
  const token = await tokenOf({});
  expect([await isTaken(app, token), await isTaken(app)]).toEqual([false, false]);
  const { app: cut } = await appOf({ AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'http://127.0.0.1:1/keys' });
  const byKey = token.replace(/^[^.]+/, Buffer.from('{"alg":"ES256"}').toString('base64url'));
  const { statusCode } = await cut.inject({ url: '/api/v1/orders', headers: { authorization: `Bearer ${byKey}` } });
  expect(statusCode, 'nobody knows while the issuer is away').toBe(503);
});

it('takes everybody who names this machine where it is open, and counts nobody', async () => {
  const { app, callers } = await appOf({ AUTH_MODE: 'open' });
  expect(await isTaken(app)).toBe(true);
  const rebound = { url: '/api/v1/orders?limit=none', headers: { host: 'shop.example' } };
  expect((await app.inject(rebound)).statusCode).toBe(421);
  expect(callers.size).toBe(0);
  const { app: guarded } = await appOf({});
  expect((await guarded.inject(rebound)).statusCode, 'a portal with credentials has any name').toBe(401);
});

it('counts callers by what they send along, or by the address that a trusted proxy states', async () => {
  const { app, callers } = await appOf({
    RATE_LIMIT_PER_MINUTE: '70',
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '7',
    TRUST_PROXY: '10.0.0.0/8',
  });
  const limitOf = async (headers: Record<string, string>, remoteAddress = '10.0.0.1') =>
    (await app.inject({ url: '/api/v1/orders', headers, remoteAddress })).headers['ratelimit-limit'];
  expect(await limitOf({ authorization: `Bearer ${await tokenOf({ roles: [] })}` })).toBe('70');
  for (const client of ['203.0.113.1', '203.0.113.2']) expect(await limitOf({ 'x-forwarded-for': client })).toBe('7');
  expect(callers.size).toBe(3);
  for (const client of ['203.0.113.3', '203.0.113.4']) await limitOf({ 'x-forwarded-for': client }, '192.0.2.1');
  expect(callers.size, 'what others state of themselves is nothing').toBe(4);
});

it('lets pages of the configured origins in, and shows the keys it signs with', async () => {
  const signing = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const { app } = await appOf({ CORS_ORIGINS: 'https://shop.example', AUDIT_SIGNING_KEY: signing });
  const { headers, ...answer } = await app.inject({
    url: '/.well-known/audit-key',
    headers: { origin: 'https://shop.example' },
  });
  expect(headers['access-control-allow-origin']).toBe('https://shop.example');
  expect(answer.json().keys).toHaveLength(1);
});

it.each([
  ['api', 401],
  ['workers', 404],
])('serves the API in the role %s alone or not at all: %i', async (ROLES, status) => {
  const { app } = await appOf({ ROLES });
  for (const url of ['/api/v1/orders', '/admin/queues']) expect((await app.inject({ url })).statusCode).toBe(status);
  expect((await app.inject('/healthz')).statusCode).toBe(200);
});

it('tells on its page of metrics who works, and reports what it fails at', async () => {
  const captured: unknown[] = [];
  const reporter = { capture: (error: unknown) => void captured.push(error), flush: async () => true };
  const projector = { health: () => ({ state: 'live', lagEvents: 0 }) as const, stop: async () => undefined };
  const { app, portal } = await appOf({}, { reporter }, [{ name: 'read-models', projector }]);
  expect((await app.inject('/metrics')).body).toContain('portal_projector_working{projector="read-models"} 1\n');
  portal.metrics.render = () => Promise.reject(new Error('no memory'));
  expect((await app.inject('/metrics')).statusCode).toBe(500);
  expect(captured).toEqual([new Error('no memory')]);
});
