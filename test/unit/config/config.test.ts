import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidConfig, loadConfig } from '../../../src/config.js';

const complete = {
  EVENTSTORE_URL: 'esdb://127.0.0.1:2113?tls=false',
  DATABASE_URL: 'postgres://portal@127.0.0.1:5432/portal',
  REDIS_URL: 'redis://127.0.0.1:6379',
  EXTENSIV_BASE_URL: 'http://127.0.0.1:4010',
  EXTENSIV_CLIENT_ID: 'portal',
  EXTENSIV_CLIENT_SECRET: 'secret',
  STRIPE_SECRET_KEY: 'sk_test',
  STRIPE_WEBHOOK_SECRET: 'whsec_test',
  SMTP_URL: 'smtp://127.0.0.1:1025',
  ADMIN_EMAIL: 'admin@example.com',
  DELIVERY_PARTNER_URL: 'http://127.0.0.1:4030',
  AUTH_JWT_SECRET: 'x'.repeat(32),
};

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems;
    throw error;
  }
}

const sentryRule = 'SENTRY_DSN must be a DSN as Sentry shows it, such as https://key@sentry.example/42';
const senderRule = 'MAIL_FROM must be a mail address such as portal@host, or a name with one: Portal <portal@host>';

describe('configuration', () => {
  it('takes the documented defaults', () => {
    const config = loadConfig(complete);
    expect(config).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3001,
      ROLES: ['api', 'projections', 'workers'],
      EXPORT_ATTEMPTS: 5,
      EXPORT_BACKOFF_MS: 2000,
      PAYOUT_BRAND_SHARE_BPS: 7000,
      CACHE_TTL_SECONDS: 900,
    });
  });

  it('names every missing variable in one error', () => {
    const { AUTH_JWT_SECRET: _tokens, ...needed } = complete;
    const problems = problemsOf({});
    for (const name of Object.keys(needed)) expect(problems.join('\n')).toContain(name);
  });

  it.each([
    ['PORT', '70000', 'PORT must be a whole number from 0 to 65535, not "70000"'],
    ['PORT', ' ', 'PORT must be a whole number from 0 to 65535, not " "'],
    ['EXPORT_ATTEMPTS', 'five', 'EXPORT_ATTEMPTS must be a whole number from 1 to 20, not "five"'],
    ['AUTH_MODE', 'off', 'AUTH_MODE must be one of open, token, not "off"'],
    ['ROLES', 'api,cook', 'ROLES must be some of api, projections, workers'],
    ['AUTH_ALGORITHMS', 'RS256,HS256', 'AUTH_ALGORITHMS must be some of RS256, PS256, ES256, EdDSA'],
    ['AUTH_CLOCK_SKEW_SECONDS', '301', 'AUTH_CLOCK_SKEW_SECONDS must be a whole number from 0 to 300, not "301"'],
    ['CORS_ORIGINS', '*', 'CORS_ORIGINS must be origins such as https://shop.example, without a path or a *'],
    [
      'CORS_ORIGINS',
      'https://a.b/c',
      'CORS_ORIGINS must be origins such as https://shop.example, without a path or a *',
    ],
    ['TRUST_PROXY', 'everybody', 'TRUST_PROXY must be addresses or networks such as 10.0.0.0/8'],
    [
      'AUDIT_SIGNING_KEY',
      'c2VjcmV0',
      'AUDIT_SIGNING_KEY must be an Ed25519 private key in PKCS #8 without a passphrase (PEM, or its DER in base64), or its 32 bytes in base64 or hex',
    ],
    ['AUDIT_FORMER_KEYS', 'x', 'AUDIT_FORMER_KEYS must hold Ed25519 public keys: PEM, a JWK or a JWK set'],
    ['TRUST_PROXY', '10.0.0.0/33', 'TRUST_PROXY must be addresses or networks such as 10.0.0.0/8'],
    [
      'EVENTSTORE_URL',
      'http://db:2113',
      'EVENTSTORE_URL must be a URL such as esdb://host:2113 or esdb+discover://host:2113,host:2113',
    ],
    [
      'EVENTSTORE_URL',
      'esdb+discover://a:2113,b:211300',
      'EVENTSTORE_URL must be a URL such as esdb://host:2113 or esdb+discover://host:2113,host:2113',
    ],
    ['DATABASE_URL', 'db:5432', 'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database'],
    [
      'DATABASE_URL',
      'postgres://u:p@db:99999/x',
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database',
    ],
    ['REDIS_URL', 'localhost:6379', 'REDIS_URL must be a URL that begins with redis:// or rediss://'],
    ['REDIS_URL', 'redis://redis:6379/jobs', 'REDIS_URL must name a database by its number, as in redis://host:6379/2'],
    ['REDIS_MODE', 'sentinel', 'REDIS_MODE must be one of single, cluster, not "sentinel"'],
    [
      'REDIS_MODE',
      'cluster',
      'REDIS_CACHE_URL is missing (REDIS_MODE is cluster): the caches need a Redis that is no cluster',
    ],
    ['NODE_ENV', 'Production', 'NODE_ENV must be written production, in small letters'],
    ['NODE_ENV', 'production\r', 'NODE_ENV must not begin or end with white space'],
    ['EXTENSIV_BASE_URL', 'wms', 'EXTENSIV_BASE_URL must be a URL that begins with http:// or https://'],
    ['AUTH_JWKS_URL', '/keys', 'AUTH_JWKS_URL must be a URL that begins with http:// or https://'],
    ['SMTP_URL', 'mail.example', 'SMTP_URL must be a URL that begins with smtp:// or smtps://'],
    ['SENTRY_DSN', 'https://key@sentry.example', sentryRule],
    ['SENTRY_DSN', 'https://sentry.example/42', sentryRule],
    ['SENTRY_DSN', 'https://key@sentry.example/portal', sentryRule],
    ['ADMIN_EMAIL', 'admin', 'ADMIN_EMAIL must be a mail address'],
    ['ADMIN_EMAIL', 'ops@vital..example', 'ADMIN_EMAIL must be a mail address'],
    ['ADMIN_EMAIL', 'ops@example.com\r', 'ADMIN_EMAIL must not begin or end with white space'],
    // Mails would go to one address of that text, which is nobody's.
    ['ADMIN_EMAIL', 'Operators <ops@example.com>', 'ADMIN_EMAIL must be a mail address'],
    ['ADMIN_EMAIL', 'ops@example.com, it@example.com', 'ADMIN_EMAIL must be a mail address'],
    ['MAIL_FROM', 'Portal <portal@>', senderRule],
    ['MAIL_FROM', 'portal@example.com, ops@example.com', senderRule],
    ['MAIL_FROM', 'Portal: portal@example.com;', senderRule],
    ['CURRENCY', 'dollar', 'CURRENCY must be one of AUD, CAD, CHF, EUR, GBP, JPY, KRW, MXN, USD'],
    ['CURRENCY', 'SEK', 'CURRENCY must be one of AUD, CAD, CHF, EUR, GBP, JPY, KRW, MXN, USD'],
    ['SENTRY_SAMPLE_RATE', '10%', 'SENTRY_SAMPLE_RATE must be a number from 0 to 1, not "10%"'],
    ['SENTRY_SAMPLE_RATE', '1.01', 'SENTRY_SAMPLE_RATE must be a number from 0 to 1, not "1.01"'],
    ['PRIVACY_MASTER_KEY', 'c2hvcnQ=', 'PRIVACY_MASTER_KEY must be 32 random bytes in base64'],
  ])('names %s and its rule', (name, value, problem) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([problem]);
  });

  it('has a Redis Cluster hold the queues alone, in the one database that it has', () => {
    const cluster = { ...complete, REDIS_MODE: 'cluster', REDIS_CACHE_URL: 'redis://cache/2' };
    expect(problemsOf({ ...cluster, REDIS_URL: 'rediss://:secret@node' })).toEqual([]);
    expect(problemsOf({ ...cluster, REDIS_URL: 'redis://node/1' })).toEqual([
      'REDIS_URL must name no database (REDIS_MODE is cluster): a cluster has number 0 alone',
    ]);
  });

  it.each([
    ['EVENTSTORE_URL', 'esdb+discover://a:2113,b:2113,c:2113?tls=true'],
    ['EVENTSTORE_URL', 'esdb://admin:p%40ss@db.example/?tls=false'],
    ['EVENTSTORE_URL', 'esdb://admin:a/b?c@db.example'],
    ['DATABASE_URL', 'postgres://portal@/portal?host=/run/postgresql'],
    ['DATABASE_URL', 'postgresql:///portal'],
    ['REDIS_URL', 'rediss://:p%40ss@redis.example:6380/2'],
    ['SMTP_URL', 'smtps://user:pass@mail.example'],
    ['SENTRY_DSN', 'https://0a1b@o42.ingest.us.sentry.io/4507'],
    ['SENTRY_DSN', 'http://key:old@127.0.0.1:9000/under/7'],
    ['TRUST_PROXY', '10.0.0.0/8, ::1, fd00::/8'],
    ['ADMIN_EMAIL', 'ops+portal@localhost'],
    ['ADMIN_EMAIL', 'betrieb@fähre.example'],
    ['ADMIN_EMAIL', '"on call"@[192.0.2.1]'],
    ['MAIL_FROM', 'portal@example.com'],
    ['MAIL_FROM', 'Vital, Inc. <portal@example.com>'],
    ['MAIL_FROM', '"Vital @ Logistics" <portal@[IPv6:2001:db8::1]>'],
  ])('takes every form of %s that its client reads', (name, value) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([]);
  });

  it.each(['esdb://admin@db', 'esdb://admin:a:b@db', 'esdb://db?', 'esdb://db?tls', 'esdb://db?tls=false&'])(
    'refuses %s, which the client of the event store misreads',
    (url) => {
      expect(problemsOf({ ...complete, EVENTSTORE_URL: url })).toHaveLength(1);
    },
  );

  it.each([{ HOST: '0.0.0.0' }, { NODE_ENV: 'production', PRIVACY_MASTER_KEY: Buffer.alloc(32).toString('base64') }])(
    'takes a short secret of tokens where access may be open, and not with %o',
    (env) => {
      const short = { ...complete, AUTH_JWT_SECRET: 'short' };
      expect(problemsOf(short)).toEqual([]);
      expect(problemsOf({ ...short, ...env })).toEqual([
        'AUTH_JWT_SECRET must have at least 32 characters, except on a loopback HOST outside NODE_ENV=production',
      ]);
    },
  );

  it.each([
    ['EXTENSIV_RETRY_BASE_MS', '0'],
    ['EXPORT_BACKOFF_MS', '0'],
    ['INVENTORY_SYNC_INTERVAL_SECONDS', '999999'],
    ['STATUS_POLL_INTERVAL_SECONDS', '999999'],
    ['CACHE_TTL_SECONDS', '999999'],
    ['RESERVATION_TTL_SECONDS', '999999'],
  ])('takes %s of %s, for at once and as good as never', (name, value) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([]);
  });

  it('takes every level of the log, and a choice in any case', () => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) {
      expect(loadConfig({ ...complete, LOG_LEVEL: level.toUpperCase() }).LOG_LEVEL).toBe(level);
    }
  });

  it('names the variable whose file cannot be read', () => {
    const [problem] = problemsOf({ ...complete, SMTP_URL_FILE: '/nowhere/smtp' });
    expect(problem).toMatch(/^SMTP_URL cannot be read: ENOENT.*\/nowhere\/smtp/);
  });

  it.each(['127.0.0.1', '127.0.0.5', '::1', 'localhost'])('takes open access on %s', (HOST) => {
    expect(loadConfig({ ...complete, AUTH_MODE: 'open', HOST }).HOST).toBe(HOST);
  });

  it.each([{ HOST: '0.0.0.0' }, { HOST: '127.example' }, { NODE_ENV: 'production' }])(
    'refuses open access with %o',
    (env) => {
      expect(problemsOf({ ...complete, AUTH_MODE: 'open' })).toEqual([]);
      expect(problemsOf({ ...complete, AUTH_MODE: 'open', ...env })).toContain(
        'AUTH_MODE open is allowed only on a loopback HOST and outside NODE_ENV=production',
      );
    },
  );

  it('asks for a master key of personal data in production', () => {
    expect(problemsOf(complete)).toEqual([]);
    expect(problemsOf({ ...complete, NODE_ENV: 'production' })).toEqual([
      'PRIVACY_MASTER_KEY is missing (NODE_ENV is production)',
    ]);
  });

  it('is content with API keys alone', () => {
    const { AUTH_JWT_SECRET: _tokens, ...keysOnly } = complete;
    expect(problemsOf({ ...keysOnly, AUTH_MODE: 'token' })).toEqual([]);
  });

  it('names the file that a required secret should stand in and does not', () => {
    const [problem] = problemsOf({ ...complete, SMTP_URL_FILE: '/dev/null' });
    expect(problem).toBe('SMTP_URL is missing: /dev/null is empty');
  });

  it.each(['STRIPE_WEBHOOK_SECRET', 'REDIS_URL'] as const)('takes no line end of Windows for a part of %s', (name) => {
    const problems = problemsOf({ ...complete, [name]: `${complete[name]}\r` });
    expect(problems).toEqual([`${name} must not begin or end with white space`]);
  });

  it('reads a secret from the file that NAME_FILE names', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'config-')), 'secret');
    writeFileSync(file, 'whsec_from_file\n');
    const { STRIPE_WEBHOOK_SECRET: _left, ...rest } = complete;
    expect(loadConfig({ ...rest, STRIPE_WEBHOOK_SECRET_FILE: file }).STRIPE_WEBHOOK_SECRET).toBe('whsec_from_file');
  });
});
