import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVerifier, readPublicKeys } from '../../../src/audit/signing.js';
import { verifyStore } from '../../../src/audit/verify.js';
import { verifyExport } from '../../../src/audit/verify-file.js';
import type { NewEvent } from '../../../src/commands/event-store.js';
import { emailSubject } from '../../../src/domain/shared/personal-data.js';
import { startWarehouseWorld, type WarehouseWorld } from '../../support/warehouse.js';

/**
 * All that two former releases have recorded of a shop, as they exported it, with the keys of its customers. The first of
 * them encrypted nothing. These files are never edited: what was written once is proven, opened and shown for ever.
 */
const fileOf = (name: string) => fileURLToPath(new URL(`../../golden/shop/${name}`, import.meta.url));
const textOf = (name: string) => readFileSync(fileOf(name), 'utf8');

const verifier = createVerifier(readPublicKeys(textOf('audit-key.json')));
const { master, ...keys }: { master: string; [table: string]: unknown } = JSON.parse(textOf('personal-keys.json'));
const recorded: (NewEvent & { stream: string })[] = textOf('shop.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

it('an export of a former release is as it was signed', async () => {
  expect(await verifyExport(fileOf('shop.jsonl'), { verifier })).toMatchObject({
    ...{ ok: true, findings: [], notes: [], events: 55, streams: 10 },
    seals: { count: 2 },
  });
});

describe('what former releases have recorded', () => {
  let world: WarehouseWorld;

  beforeAll(async () => {
    world = await startWarehouseWorld({ PRIVACY_MASTER_KEY: master });
    const { pools, storedEvents } = world.portal;
    for (const [table, rows] of Object.entries(keys)) {
      const bindings = [table, table, JSON.stringify(rows)];
      await pools.keys.raw(
        'insert into portal.?? select * from jsonb_populate_recordset(null::portal.??, ?)',
        bindings,
      );
    }
    const tails = new Map<string, bigint>();
    for (const { stream, ...event } of recorded) {
      const { revision } = await storedEvents.append(stream, [event], tails.get(stream) ?? 'no_stream');
      tails.set(stream, revision);
    }
    await world.shown();
  });
  afterAll(() => world?.close());

  it('is proven: its chains, its seals, and every row that is made of it today', async () => {
    const { eventStore, pools, projections, personalKeys } = world.portal;
    const { queries } = projections;
    const report = await verifyStore({ eventStore, db: pools.projections, queries, keys: personalKeys, verifier });
    expect(report).toMatchObject({ ok: true, findings: [], events: 55, rows: { orders: 3, products: 2, syncs: 3 } });
  });

  it('is shown as it was: names in plain text or encrypted, nobody who was erased, refunds and failed runs', async () => {
    const { queries } = world.portal.projections;
    const { items } = await queries.orders({ limit: 10 });
    expect(items.map(({ customer, status, refundStatus }) => [customer.name, status, refundStatus])).toEqual([
      ['Sam Field', 'cancelled', 'none'],
      ['erased', 'delivered', 'succeeded'],
      ['Jordan Rivera', 'delivered', 'partial'],
    ]);
    const runs = await queries.syncs({ limit: 10 });
    expect(runs.map(({ status }) => status)).toEqual(['failed', 'completed', 'completed']);
  });

  it('finds a customer under the key that was made then', async () => {
    const { personalKeys } = world.portal;
    const found = await personalKeys.ofSubjects([emailSubject('sam.field@example.com')]);
    expect(found.map(({ id }) => id)).toEqual(['16aca31b-54f4-4320-83a0-68d90166e805']);
  });
});
