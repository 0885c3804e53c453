import type { Knex } from 'knex';
import type { QueueRedis } from '../../adapters/redis/cluster.js';
import { failed, ok, type Verdict, warning } from './check.js';

/** Beyond this, times of different processes tell a wrong order of events to whoever compares them. */
const skewWarningMs = 2_000;
/** Tokens and webhook signatures are refused at some minutes; half a minute is on the way there. */
const skewLimitMs = 30_000;

/** How far a server's clock is ahead of ours, milliseconds; half of the round trip is not known. */
export async function skewOf(serverTime: () => Promise<number>): Promise<number> {
  const asked = Date.now();
  const theirs = await serverTime();
  return theirs - (asked + Date.now()) / 2;
}

export async function postgresTime(db: Knex): Promise<number> {
  const { rows } = await db.raw<{ rows: { ms: string }[] }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms',
  );
  return Number(rows[0]?.ms);
}

export async function redisTime(redis: QueueRedis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** To the second, of an HTTP server that may answer anything. @throws when it tells no time */
export async function httpTime(url: string): Promise<number> {
  const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5_000) });
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new Error('the server tells no time');
  return date;
}

/** Judges the clocks that could be read. */
export function judgeClocks(skews: ReadonlyMap<string, number>): Verdict {
  const told = [...skews].map(([name, ms]) => `${name} ${ms >= 0 ? '+' : ''}${(ms / 1_000).toFixed(1)} s`).join(', ');
  const worst = Math.max(0, ...[...skews.values()].map(Math.abs));
  const mend = 'Let every host follow the same time servers (chrony, systemd-timesyncd).';
  if (worst > skewLimitMs) return failed(told, mend);
  return worst > skewWarningMs ? warning(told, mend) : ok(told);
}
