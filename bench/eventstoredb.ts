import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { benchData, seedEvents } from './eventstoredb-events.js';
import { type BenchRow, type Round, row } from './row.js';

const manyEvents = 1_000_000;
/** Enough for all caches of the server to be full, so that what is left to grow would be the log's. */
const fewEvents = 100_000;
const readEvents = 100_000;
/** How long appends are counted for, in milliseconds. */
const appendTime = 3000;
/** How often each pair is measured: an odd number, so that there is a median. */
const rounds = 3;

const embedded = fileURLToPath(new URL('../embedded/eventstoredb/main.js', import.meta.url));
const reference = fileURLToPath(new URL('./eventstoredb-reference.js', import.meta.url));

/**
 * Measures the embedded event store through the official client, beside a server that stores nothing and one that
 * reads from an array, each in a process of its own.
 */
export async function benchEventStoreDb(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-eventstoredb-'));
  try {
    return [...(await appendRows(path.join(folder, 'appends'))), ...(await logRows(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function appendRows(dataDir: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const store = await start([embedded, '--port', '0', '--data', dataDir]);
  const nothing = await start([reference]);
  for (const inFlight of [1, 64, 512]) {
    const measured = await inTurn(
      () => appendsPerSecond(store.url, inFlight),
      () => appendsPerSecond(nothing.url, inFlight),
    );
    const goal = inFlight === 512 ? { goal: 'at least 0.5' } : {};
    const name = `appends, ${inFlight} in flight`;
    rows.push(row({ name, unit: '1/s', reference: 'a server that stores nothing', ...goal }, ...measured));
  }
  await Promise.all([store.stop(), nothing.stop()]);
  return rows;
}

async function logRows(folder: string): Promise<BenchRow[]> {
  const small = path.join(folder, 'small');
  const large = path.join(folder, 'large');
  await seedEvents(small, fewEvents);
  await seedEvents(large, manyEvents);
  // A first start of each, not counted, brings the program and the files into the system's cache.
  for (const dataDir of [small, large]) await (await start([embedded, '--port', '0', '--data', dataDir])).stop();
  const few = await start([embedded, '--port', '0', '--data', small]);
  const many = await start([embedded, '--port', '0', '--data', large]);
  const array = await start([reference, String(readEvents)]);
  // Memory is taken after the same reads on both, for what a read leaves behind is not the log's size.
  for (const { url } of [few, many]) for (let n = 0; n < rounds; n += 1) await readsPerSecond(url, readEvents);
  const [manyMemory, fewMemory] = [many.memory(), few.memory()];
  const reads = await inTurn(
    () => readsPerSecond(many.url, readEvents),
    () => readsPerSecond(array.url, readEvents),
  );
  const rows = [
    row(
      { name: 'catch-up reads', unit: '1/s', reference: 'the same events from an array', goal: 'at least 0.8' },
      ...reads,
    ),
    row(
      { name: 'start with 1 million events', unit: 'ms', reference: 'start with 100 thousand', goal: 'under 2000 ms' },
      { value: many.startTime, referenceValue: few.startTime },
    ),
    row(
      {
        name: 'anonymous memory, 1 million events',
        unit: 'MiB',
        reference: 'with 100 thousand, same reads',
        goal: 'flat: about 1',
      },
      { value: manyMemory, referenceValue: fewMemory },
    ),
  ];
  await Promise.all([few.stop(), many.stop(), array.stop()]);
  return rows;
}

async function appendsPerSecond(url: string, inFlight: number): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  const run = Math.random().toString(36).slice(2);
  const until = async (end: number) => {
    let count = 0;
    await Promise.all(
      Array.from({ length: inFlight }, async (_, index) => {
        while (performance.now() < end) {
          await client.appendToStream(`bench-${run}-${index}`, jsonEvent({ type: 'StatusChanged', data: benchData }));
          count += 1;
        }
      }),
    );
    return count;
  };
  await until(performance.now() + appendTime / 4);
  const started = performance.now();
  const count = await until(started + appendTime);
  const rate = (count * 1000) / (performance.now() - started);
  await client.dispose();
  return rate;
}

async function readsPerSecond(url: string, count: number): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  const started = performance.now();
  let seen = 0;
  for await (const { event } of client.readAll({ maxCount: count })) if (event !== undefined) seen += 1;
  const rate = (seen * 1000) / (performance.now() - started);
  await client.dispose();
  if (seen !== count) throw new Error(`read ${seen} events of ${count}`);
  return rate;
}

async function start(args: string[]) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const url = await readyUrl(child);
  return {
    url,
    startTime: performance.now() - started,
    /** Anonymous memory in MiB: without the pages of the mapped file, which belong to the system's cache. */
    memory(): number {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    async stop(): Promise<void> {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('a server without output');
  const [line] = await once(createInterface(child.stdout), 'line');
  return String(line).split(' ').at(-1) ?? '';
}

/** Measures both several times, in turn so that both meet the same machine. */
async function inTurn(value: () => Promise<number>, referenceValue: () => Promise<number>): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    measured.push({ value: await value(), referenceValue: await referenceValue() });
  }
  return measured;
}
