import fc from 'fast-check';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { ordersProjection } from '../../../src/projections/models/orders.js';
import { payoutsProjection } from '../../../src/projections/models/payouts.js';
import { productsProjection } from '../../../src/projections/models/products.js';
import type { StreamFoldProjection } from '../../../src/projections/models/stream-fold.js';
import { startStreamFoldFill } from '../../../src/projections/models/stream-fold-fill.js';
import { holdGenerations, loadLiveGeneration } from '../../../src/projections/runtime/live-generation.js';
import { type FillTarget, type Projection, wants } from '../../../src/projections/runtime/projection.js';
import { generationTable } from '../../../src/projections/runtime/tables.js';
import type { TestStack } from '../../support/stack.js';
import { random, workload } from './support/workload.js';
import { createWorld, startServers, type World } from './support/world.js';

let stack: TestStack;
let world: World;

beforeAll(async () => {
  stack = await startServers();
  world = await createWorld(stack);
});
afterAll(async () => {
  await world?.close();
  await stack?.stop();
});

/** A workload as recorded: streams interleaved, in one order of positions. */
async function recorded(seed: number, label: string): Promise<RecordedEvent[]> {
  const next = random(seed);
  const waiting = [...workload(seed, 8, 5, label)].map(([stream, events]) => ({ stream, events: [...events] }));
  while (waiting.length > 0) {
    const index = Math.floor(next() * waiting.length);
    const { stream, events } = waiting[index]!;
    await world.append(stream, ...events.splice(0, 1 + Math.floor(next() * 2)));
    if (events.length === 0) waiting.splice(index, 1);
  }
  const all: RecordedEvent[] = [];
  for await (const event of world.eventStore.readAll({ prefixes: ['order-', 'inventory-'] })) {
    if (event.stream.includes(`-${label}-`)) all.push(event);
  }
  return all;
}

let generations = 100;

/** As a rebuild fills them, with so little memory that streams are forgotten and met again. */
async function fill(projection: Projection, cuts: readonly RecordedEvent[][], target: FillTarget): Promise<void> {
  const fold = 'fold' in projection ? (projection as StreamFoldProjection<unknown>).fold : null;
  const filling = fold ? startStreamFoldFill(fold, target, 2) : projection.startFill!(target);
  for (const cut of cuts) await filling.take(cut);
  await filling.end();
}

/** One batch after the other, as they come live. */
async function apply(
  projection: Projection,
  cuts: readonly RecordedEvent[][],
  { db, tableName }: FillTarget,
): Promise<void> {
  for (const cut of cuts) if (cut.length > 0) await projection.apply(cut, db as Knex.Transaction, tableName);
}

/** The rows that some batches leave behind; everything is rolled back. */
async function rowsAfter(cuts: readonly RecordedEvent[][], way = apply): Promise<string[]> {
  const generation = generations++;
  const rows: string[] = [];
  const done = new Error('rolled back on purpose');
  await world.db
    .transaction(async (tx: Knex.Transaction) => {
      await tx.raw('create schema if not exists "read"');
      for (const projection of [ordersProjection, productsProjection, payoutsProjection]) {
        const name = (table: string) => generationTable(table, generation);
        for (const table of projection.tables) await table.create(tx, name(table.name));
        const wanted = cuts.map((cut) => cut.filter((event) => wants(projection, event)));
        await way(projection, wanted, { db: tx, tableName: name });
        const found = await tx.raw(`select t::text as row from ${name(projection.name)} t order by 1`);
        rows.push(...found.rows.map(({ row }: { row: string }) => row));
      }
      throw done;
    })
    .catch((error: unknown) => {
      if (error !== done) throw error;
    });
  return rows;
}

it('rows do not depend on where batches begin and end, nor on repeats, nor on how they are filled', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.nat(),
      async (sizes, back, seed) => {
        const events = await recorded(seed, `run${run++}`);
        const cuts: RecordedEvent[][] = [];
        for (let start = 0, n = 0; start < events.length; n++) {
          const size = sizes[n % sizes.length]!;
          cuts.push(events.slice(start, start + size));
          // Sometimes a batch comes again, or begins with the end of the one before.
          if ((back + n) % 3 === 0) cuts.push(events.slice(Math.max(0, start - 2), start + size));
          start += size;
        }
        const whole = await rowsAfter([events]);
        expect(whole.length).toBeGreaterThan(0);
        expect(await rowsAfter(cuts)).toEqual(whole);
        expect(await rowsAfter(events.map((event) => [event]))).toEqual(whole);
        expect(await rowsAfter(cuts, fill)).toEqual(whole);
      },
    ),
    { numRuns: 6 },
  );
});

it('a batch that has gone silent, as that of a halted process has, keeps the next owner waiting for seconds only', async () => {
  const { generation } = await loadLiveGeneration(world.db, ordersProjection);
  const silent = await world.db.transaction();
  await holdGenerations(silent, [{ name: 'orders', generation }]);
  await silent.raw(`update portal.projection_generations set parked_epoch = parked_epoch where name = 'orders'`);
  const beganAt = Date.now();
  await world.db.raw(`update portal.projection_generations set parked_epoch = parked_epoch where name = 'orders'`);
  expect(Date.now() - beganAt).toBeLessThan(8_000);
  await expect(silent.raw('select 1')).rejects.toThrow();
  await silent.rollback().catch(() => undefined);
});
