import pg from 'pg';

/** Readiness looks at every dependency, so one answer may take a moment. */
const answerLimitMs = 5_000;

/** A warehouse that is down or slow must not hold up the start for longer; the portal syncs when it is back. */
const catalogueLimitMs = 15_000;

/** A portal that answers and is not ready for longer is up: to mend it, its operator needs all other parts running. */
const unreadyLimitMs = 30_000;

/**
 * Ready, with a first sync behind it: whoever looks next expects products.
 * @param databaseUrl where a portal that asks for a credential is looked at instead
 */
export function createReadiness(portalUrl: string, databaseUrl: string | undefined): () => Promise<boolean> {
  let answersSince: number | undefined;
  let readySince: number | undefined;
  return async () => {
    const answer = await ask(`${portalUrl}/readyz`);
    if (answer === null) return false;
    answersSince ??= Date.now();
    if (answer.status !== 200) return Date.now() - answersSince > unreadyLimitMs;
    readySince ??= Date.now();
    return (await hasSynced(portalUrl, databaseUrl)) || Date.now() - readySince > catalogueLimitMs;
  };
}

/** What keeps the portal from being ready, in its own words; null when nothing does. */
export async function whyNotReady(portalUrl: string): Promise<string | null> {
  const answer = await ask(`${portalUrl}/readyz`);
  if (answer === null) return 'it does not answer';
  if (answer.status === 200) return null;
  const { checks } = JSON.parse(answer.body) as { checks: { name: string; ok: boolean; detail: string }[] };
  return checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => `${name}: ${detail}`)
    .join('; ');
}

/** Whether a sync run has ended, however. */
async function hasSynced(portalUrl: string, databaseUrl: string | undefined): Promise<boolean> {
  const answer = await ask(`${portalUrl}/api/v1/inventory/syncs`);
  if (answer?.status === 401 && databaseUrl) return hasSyncedRow(databaseUrl);
  if (answer?.status !== 200) return answer !== null && answer.status < 500;
  const { items } = JSON.parse(answer.body) as { items: { status: string }[] };
  return items.some(({ status }) => status !== 'running');
}

async function hasSyncedRow(connectionString: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: answerLimitMs,
    query_timeout: answerLimitMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query(`select 1 from "read".syncs where status <> 'running' limit 1`);
    return rowCount === 1;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function ask(url: string): Promise<{ status: number; body: string } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}
