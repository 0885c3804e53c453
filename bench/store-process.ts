import { EventStoreDBClient } from '@eventstore/db-client';
import { sealNow } from '../src/audit/seal-schedule.js';
import { verifyStore } from '../src/audit/verify.js';
import { portalPrefixes } from '../src/commands/aggregates.js';
import type { RecordedEvent } from '../src/commands/event-store.js';
import type { Portal } from '../src/compose.js';
import { catchUp } from '../src/projections/generations/catch-up.js';
import { brandsProjection } from '../src/projections/models/brands.js';
import { lotsProjection } from '../src/projections/models/lots.js';
import { ordersProjection } from '../src/projections/models/orders.js';
import { payoutsProjection } from '../src/projections/models/payouts.js';
import { productsProjection } from '../src/projections/models/products.js';
import { syncsProjection } from '../src/projections/models/syncs.js';
import { applyBatch } from '../src/projections/runtime/apply-batch.js';
import { loadSubject } from '../src/projections/runtime/subject.js';
import { composedPortal } from './composed-portal.js';
import type { StoreReport } from './store-report.js';

/** Events before those that are applied one by one: by then the catalogue is there and trade is going on. */
const warmUp = 5_000;
const oneByOneMs = 12_000;

interface Measured {
  events: number;
  ms: number;
  cpuMs: number;
}

const tasks: Readonly<Record<string, () => Promise<Measured>>> = {
  read,
  rebuild: () => composed(rebuild),
  'one-by-one': () => composed(oneByOne),
  seal: () => composed(seal),
  verify: () => composed(verify),
};

const task = tasks[process.argv[2] ?? ''];
if (!task) throw new Error(`there are ${Object.keys(tasks).join(', ')}`);
const measured = await task();
const report: StoreReport = { ...measured, peakResidentMiB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);

/** The bare client with an empty handler. */
async function read() {
  const client = EventStoreDBClient.connectionString(process.env.EVENTSTORE_URL ?? '');
  const elapsed = stopwatch();
  let events = 0;
  for await (const { event } of client.readAll()) if (event) events += 1;
  const times = elapsed();
  await client.dispose();
  return { events, ...times };
}

async function composed<Value>(work: (portal: Portal) => Promise<Value>): Promise<Value> {
  const portal = await composedPortal();
  const value = await work(portal);
  await portal.close();
  return value;
}

/** Every read model, from nothing. */
async function rebuild(portal: Portal) {
  await portal.projections.rebuildAll();
  await portal.pools.projections.raw('drop schema "read" cascade');
  let events = 0;
  const elapsed = stopwatch();
  await portal.projections.rebuildAll({
    onProgress: (progress) => {
      events = progress.events;
    },
  });
  return { events, ...elapsed() };
}

/** One transaction per event, into tables that hold what went before. To be run on a new database. */
async function oneByOne({ eventStore, pools: { projections: db } }: Portal) {
  const projections = [
    ordersProjection,
    productsProjection,
    brandsProjection,
    payoutsProjection,
    lotsProjection,
    syncsProjection,
  ];
  const subjects = [];
  for (const projection of projections) subjects.push(await loadSubject(db, projection));
  let last: RecordedEvent | null = null;
  for await (const event of eventStore.readAll({ prefixes: portalPrefixes, maxCount: warmUp })) last = event;
  if (!last) throw new Error('the store is empty');
  const until = last.position;
  await catchUp(
    { db, eventStore },
    subjects.map(({ projection, generation }) => ({ projection, generation, until })),
  );
  for (const [index, projection] of projections.entries()) subjects[index] = await loadSubject(db, projection);

  let events = 0;
  const elapsed = stopwatch();
  for await (const event of eventStore.readAll({ prefixes: portalPrefixes, from: until })) {
    await applyBatch(db, subjects, [event], event.position);
    events += 1;
    if (elapsed().ms > oneByOneMs) break;
  }
  return { events, ...elapsed() };
}

/** What `portal audit seal` does. */
async function seal(portal: Portal) {
  const { audit, storedEvents: eventStore, ids } = portal;
  const { signer } = audit;
  if (!signer) throw new Error('AUDIT_SIGNING_KEY is not set');
  const elapsed = stopwatch();
  const context = { correlationId: ids.next(), causationId: ids.next(), actor: 'system:bench' };
  const run = await sealNow({ ...portal, ...audit, db: portal.pools.workers, eventStore, signer }, context);
  return { events: run?.events ?? 0, ...elapsed() };
}

/** What `portal audit verify` does. */
async function verify({ eventStore, pools: { projections: db }, projections: { queries }, audit }: Portal) {
  const elapsed = stopwatch();
  const deps = { eventStore, db, queries, verifier: audit.verifier };
  const { events, ok, findings, notes } = await verifyStore(deps);
  const times = elapsed();
  if (!ok || notes.length > 0) throw new Error(`the audit found ${JSON.stringify({ findings, notes })}`);
  return { events, ...times };
}

/** Time on the clock, and processor time of this process, since now; milliseconds. */
function stopwatch(): () => { ms: number; cpuMs: number } {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
  };
}
