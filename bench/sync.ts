import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { Stack } from '../embedded/stack/index.js';
import { createEventStore } from '../src/adapters/eventstore/index.js';
import type { RecordedEvent } from '../src/commands/event-store.js';
import { concurrently } from '../src/processes/concurrently.js';
import { call } from './call.js';
import { reportOf } from './program.js';
import { type BenchRow, row } from './row.js';
import { withStack } from './stack.js';
import type { SyncReport } from './sync-process.js';

const skus = 100_000;
const pageSize = 1000;
/** As many as the portal's own adapter has under way. */
const appendsAtOnce = 64;

/**
 * Measures the inventory sync of 100,000 SKUs in a process of its own: the first import beside raw
 * appends of the same events through the bare client, and unchanged runs beside a bare download of the same pages.
 */
export function benchSync(): Promise<BenchRow[]> {
  return withStack({ parts: ['postgres', 'redis', 'eventstoredb', 'extensiv'] }, async (stack) => {
    await call('POST', `${stack.urls.extensiv}/control/reset`, { skus });
    // Makes the tables, and then follows what the first import writes.
    await portalProcess(stack, 'project');
    const first = await portalProcess(stack, 'sync', '1');
    await portalProcess(stack, 'project');
    const unchanged = await portalProcess(stack, 'sync', '3');
    const downloadMs = Math.min(await bareDownload(stack), await bareDownload(stack), await bareDownload(stack));
    const appends = await bareAppends(stack.env.EVENTSTORE_URL ?? '');
    return rowsOf(first, unchanged, downloadMs, appends);
  });
}

function rowsOf(first: SyncReport, unchanged: SyncReport, downloadMs: number, appends: number): BenchRow[] {
  const rate = (skus * 1000) / Math.min(...first.runsMs);
  const unchangedMs = Math.min(...unchanged.runsMs);
  const peakMiB = Math.max(first.peakResidentMiB, unchanged.peakResidentMiB);
  const pages = 'download and JSON.parse of the same pages';
  return [
    row(
      {
        name: 'first import of 100,000 SKUs',
        unit: '1/s',
        reference: 'bare appends of the same events',
        goal: 'at least 0.6',
      },
      { value: rate, referenceValue: appends },
    ),
    row(
      { name: 'unchanged sync of 100,000 SKUs', unit: 'ms', reference: pages, goal: 'at most 1.5' },
      { value: unchangedMs, referenceValue: downloadMs },
    ),
    row(
      { name: 'resident memory of the syncing process, peak', unit: 'MiB', reference: 'limit', goal: 'at most 1' },
      { value: peakMiB, referenceValue: 500 },
    ),
  ];
}

function portalProcess({ env }: Stack, ...task: string[]): Promise<SyncReport> {
  return reportOf<SyncReport>('sync-process.js', task, { ...env, EXTENSIV_REQUESTS_PER_SECOND: '10000' });
}

async function bareDownload({ urls, env }: Stack): Promise<number> {
  const base = urls.extensiv ?? '';
  const answer = await fetch(`${base}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: env.EXTENSIV_CLIENT_ID ?? '',
      client_secret: env.EXTENSIV_CLIENT_SECRET ?? '',
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const agent = new Agent({ keepAlive: true });
  const started = performance.now();
  for (let page = 1; page <= skus / pageSize; page += 1) {
    const url = `${base}/api/v1/inventory?page=${page}&page_size=${pageSize}`;
    const sent = request(url, { agent, headers: { authorization: `Bearer ${token}` } }).end();
    const [response] = await once(sent, 'response');
    const { data } = JSON.parse(await text(response)) as { data: unknown[] };
    if (data.length !== pageSize) throw new Error(`page ${page} has ${data.length} items`);
  }
  const took = performance.now() - started;
  agent.destroy();
  return took;
}

/** Appends per second of the events the import has written, each to a new stream. */
async function bareAppends(url: string): Promise<number> {
  const events: RecordedEvent[] = [];
  const store = createEventStore(url);
  for await (const event of store.readAll({ prefixes: ['inventory-'], maxCount: skus })) events.push(event);
  await store.close();
  const client = EventStoreDBClient.connectionString(url);
  const started = performance.now();
  await concurrently(events, appendsAtOnce, async ({ stream, type, data, metadata }) => {
    await client.appendToStream(
      `bare-${stream}`,
      jsonEvent({ type, data: data as Record<string, unknown>, metadata: { ...metadata } }),
      { expectedRevision: NO_STREAM },
    );
  });
  const rate = (events.length * 1000) / (performance.now() - started);
  await client.dispose();
  return rate;
}
