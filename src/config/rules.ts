import { isIP } from 'node:net';
import { type Config, roles, signatureAlgorithms } from './variables.js';

/**
 * Rules between variables, and those that say more than a form; one that broke its own rule is undefined here and reported
 * already.
 */
export function brokenRules(config: Partial<Config>): string[] {
  const problems: string[] = [];
  const { AUTH_JWT_SECRET: secret = '', ROLES: chosen = roles } = config;
  if (config.AUTH_MODE === 'open' && !isOneMachine(config)) {
    problems.push('AUTH_MODE open is allowed only on a loopback HOST and outside NODE_ENV=production');
  }
  // Others read it in their own ways; what it guards must not be open by a slip of the pen.
  if (config.NODE_ENV !== 'production' && config.NODE_ENV?.toLowerCase() === 'production') {
    problems.push('NODE_ENV must be written production, in small letters');
  }
  for (const name of ['REDIS_URL', 'REDIS_CACHE_URL'] as const) {
    if (!/^\d*$/.test(databaseOf(config[name])))
      problems.push(`${name} must name a database by its number, as in redis://host:6379/2`);
  }
  if (config.REDIS_MODE === 'cluster') {
    if (config.REDIS_CACHE_URL === '')
      problems.push('REDIS_CACHE_URL is missing (REDIS_MODE is cluster): the caches need a Redis that is no cluster');
    if (Number(databaseOf(config.REDIS_URL)) > 0)
      problems.push('REDIS_URL must name no database (REDIS_MODE is cluster): a cluster has number 0 alone');
  }
  if (config.NODE_ENV === 'production' && config.PRIVACY_MASTER_KEY?.length === 0) {
    problems.push('PRIVACY_MASTER_KEY is missing (NODE_ENV is production)');
  }
  if (secret !== '' && secret.length < 32 && !isOneMachine(config)) {
    problems.push(
      'AUTH_JWT_SECRET must have at least 32 characters, except on a loopback HOST outside NODE_ENV=production',
    );
  }
  if (config.CORS_ORIGINS?.some((origin) => !isOrigin(origin))) {
    problems.push('CORS_ORIGINS must be origins such as https://shop.example, without a path or a *');
  }
  if (config.TRUST_PROXY?.some((address) => !isNetwork(address))) {
    problems.push('TRUST_PROXY must be addresses or networks such as 10.0.0.0/8');
  }
  const { AUTH_ALGORITHMS: algorithms = signatureAlgorithms } = config;
  if (algorithms.length === 0 || algorithms.some((name) => !signatureAlgorithms.includes(name))) {
    problems.push(`AUTH_ALGORITHMS must be some of ${signatureAlgorithms.join(', ')}`);
  }
  const unknown = chosen.filter((role) => !roles.includes(role));
  if (unknown.length > 0 || chosen.length === 0) problems.push(`ROLES must be some of ${roles.join(', ')}`);
  return problems;
}

/** Nobody else reaches the portal, so that it may even be open. */
export function isOneMachine({ HOST: host = '', NODE_ENV: environment }: Partial<Config>): boolean {
  return isLoopback(host) && environment !== 'production';
}

/** All of 127.0.0.0/8 is the machine itself. */
function isLoopback(host: string): boolean {
  return ['localhost', '::1'].includes(host) || (isIP(host) === 4 && host.startsWith('127.'));
}

/** @returns an empty text for a URL that names none, or that there is none of */
function databaseOf(url = ''): string {
  return url === '' ? '' : new URL(url).pathname.slice(1);
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
