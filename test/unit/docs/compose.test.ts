import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseYaml } from '@redocly/openapi-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Variable } from '../../../src/config/variable.js';
import { loadConfig, variables } from '../../../src/config.js';
import { read, root } from './pages.js';

interface Compose {
  readonly services: Readonly<
    Record<string, { environment?: Readonly<Record<string, string>>; secrets?: readonly string[] }>
  >;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}

const known: Readonly<Record<string, Variable<unknown>>> = variables;
const compose = parseYaml(read('docker-compose.yml')) as Compose;
const portals = ['migrate', 'api', 'projections', 'workers', 'portal-cli'].map((name) => ({
  name,
  environment: compose.services[name]?.environment ?? {},
  secrets: compose.services[name]?.secrets ?? [],
}));

/** As `docker compose` fills in an environment, for the forms this file uses; what must be given is `given`. */
function filled(text: string, outside: Readonly<Record<string, string>> = {}, given = ''): string {
  return text.replaceAll(/\$\{([A-Z_]+)(:-|:\?)([^}]*)\}/g, (_all, name: string, form: string, rest: string) => {
    return outside[name] || (form === ':-' ? rest : given);
  });
}

describe.each(portals)('the service $name', ({ environment, secrets }) => {
  const set = Object.keys(environment);

  test('sets every required variable and none that does not exist', () => {
    const names = set.map((name) => name.replace(/_FILE$/, ''));
    expect(names.filter((name) => !(name in known))).toEqual([]);
    const required = Object.keys(known).filter((name) => known[name]?.required);
    expect(required.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('takes every secret from a file, but for addresses inside the compose network', () => {
    const plain = set.filter((name) => known[name]?.secret);
    expect(plain.sort()).toEqual(['EVENTSTORE_URL', 'REDIS_CACHE_URL', 'REDIS_URL']);
    for (const name of plain) expect(environment[name]).toMatch(/^(redis|esdb):\/\/[a-z-]+:\d+(\?tls=false)?$/);
    const files = set.filter((name) => name.endsWith('_FILE')).map((name) => environment[name]);
    expect(files.sort()).toEqual(secrets.map((name) => `/run/secrets/${name}`).sort());
  });

  test('lets every other setting be made outside, with the default of the portal', () => {
    const own = ['HOST', 'PORT', 'ROLES', 'DATA_DIR', 'NODE_ENV', 'LOG_DIR', 'AUTH_MODE', 'REDIS_MODE'];
    const tunable = Object.entries(known).filter(
      ([name, { secret, required }]) => !secret && !required && !own.includes(name),
    );
    for (const [name, variable] of tunable) {
      const text = environment[name] ?? '';
      expect(filled(text, { [name]: 'chosen' }), name).toBe('chosen');
      expect(variable.parse(filled(text) || undefined), name).toEqual(variable.default);
    }
  });
});

describe('the secrets', () => {
  let folder: string;
  const run = (env: NodeJS.ProcessEnv = {}) =>
    spawnSync('sh', [path.join(folder, 'make-secrets.sh')], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
  const secret = (name: string) => readFileSync(path.join(folder, 'secrets', name), 'utf8').trim();
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'compose-'));
    copyFileSync(path.join(root, 'deploy/make-secrets.sh'), path.join(folder, 'make-secrets.sh'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are made by the script, and enough for a portal once the warehouse’s and Stripe’s are filled in', () => {
    const { status, stdout, stderr } = run();
    expect([status, stderr]).toEqual([0, '']);
    const files = Object.values(compose.secrets).map(({ file }) => file);
    expect(readdirSync(path.join(folder, 'secrets')).map((name) => `deploy/secrets/${name}`)).toEqual(files.sort());
    const others = ['extensiv_client_secret', 'stripe_secret_key', 'stripe_webhook_secret'];
    expect([...stdout.matchAll(/^fill in deploy\/secrets\/(.*)$/gm)].map(([, name]) => name)).toEqual(others);

    const environment = Object.entries(compose.services.api?.environment ?? {}).flatMap(([name, text]) => {
      const filledIn = filled(text, {}, name === 'ADMIN_EMAIL' ? 'ops@example.com' : 'https://outside.example');
      const file = /^\/run\/secrets\/(.*)$/.exec(filledIn)?.[1] ?? '';
      if (others.includes(file)) return [[name.replace(/_FILE$/, ''), 'given']];
      return [[name, filledIn.replace('/run/secrets', path.join(folder, 'secrets'))]];
    });
    const config = loadConfig(Object.fromEntries(environment));
    expect(config).toMatchObject({
      SMTP_URL: 'smtp://mailpit:1025',
      SENTRY_DSN: '',
      OTEL_EXPORTER_OTLP_HEADERS: '',
      ROLES: ['api'],
      RATE_LIMIT_PER_MINUTE: 6_000,
    });
    expect(config.AUDIT_SIGNING_KEY).not.toBe('');
  });

  test('that are there stay, and new ones are taken from the environment', () => {
    run();
    const before = secret('auth_jwt_secret');
    rmSync(path.join(folder, 'secrets', 'smtp_url'));
    rmSync(path.join(folder, 'secrets', 'sentry_dsn'));
    run({ SMTP_URL: 'smtp://portal:pass%20word@mail.example', SENTRY_DSN: 'https://key@errors.example/1' });
    expect(secret('smtp_url')).toBe('smtp://portal:pass%20word@mail.example');
    expect(secret('sentry_dsn')).toBe('https://key@errors.example/1');
    run({ SMTP_URL: 'smtp://other.example' });
    expect([secret('smtp_url'), secret('auth_jwt_secret')]).toEqual(['smtp://portal:pass%20word@mail.example', before]);
  });
});
