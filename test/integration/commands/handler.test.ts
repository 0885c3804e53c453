import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventStore } from '../../../src/adapters/eventstore/index.js';
import { inventory, inventorySyncs, operations } from '../../../src/commands/aggregates.js';
import { envelope } from '../../../src/commands/event-envelope.js';
import { type EventStore, WrongExpectedRevision } from '../../../src/commands/event-store.js';
import { EventUnreadable } from '../../../src/commands/event-unreadable.js';
import { ConcurrencyExhausted, createCommandHandler, RevisionMismatch } from '../../../src/commands/handler.js';
import { eventHash, firstChainFault } from '../../../src/commands/hash-chain.js';
import type { InventoryCommand, Reserve } from '../../../src/domain/inventory/commands.js';
import { availableToPromise } from '../../../src/domain/inventory/state.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { asBrandId, asOrderId, asSku, type Sku } from '../../../src/domain/shared/ids.js';
import { collect } from '../../support/collect.js';
import { anyEventStore, hostEventStore } from '../../support/eventstoredb.js';
import { memoryPersonalData } from '../../support/personal-data.js';

let server: Awaited<ReturnType<typeof anyEventStore>>;
let store: EventStore;
beforeAll(async () => {
  server = await anyEventStore();
  store = createEventStore(server.url);
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

const clock = { now: () => new Date() };
const personalData = memoryPersonalData();
const context = () => ({ correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:test' });
const at = '2026-03-01T09:00:00.000Z';
/** A handler of its own remembers for itself, as one in another process would. */
const handlers = (count: number) =>
  Array.from({ length: count }, () => createCommandHandler({ eventStore: store, personalData, clock }));

const list = (sku: string, quantity: number, snapshotAt = at): InventoryCommand => ({
  type: 'ApplySnapshotItem',
  syncId: 's1',
  snapshotAt,
  exported: [],
  item: {
    sku: asSku(sku),
    productId: `p-${sku}`,
    name: `Product ${sku}`,
    brand: 'Vital Hemp',
    brandId: asBrandId('vital-hemp'),
    description: null,
    price: 2_500,
    currency: 'USD',
    quantity,
    thc: null,
    batchNumber: null,
    coaLink: null,
  },
});
const reserve = (quantity = 1): Reserve => ({
  type: 'Reserve',
  orderId: asOrderId(randomUUID()),
  quantity,
  expiresAt: at,
  at,
});

async function listed(quantity: number): Promise<Sku> {
  const sku = asSku(`T-${randomUUID()}`);
  const [handler] = handlers(1);
  const outcome = await handler!.handle(inventory, sku, list(sku, quantity), context());
  if (isRejection(outcome)) throw new Error(outcome.detail);
  return sku;
}

describe('the command handler', () => {
  it('lets several processes write one stream: nothing is promised twice, and the hash chain holds', async () => {
    const sku = await listed(60);
    const outcomes = await Promise.all(
      handlers(3).flatMap((handler) =>
        Array.from({ length: 30 }, () =>
          handler.handle(inventory, sku, reserve(), context()).catch((error: unknown) => error),
        ),
      ),
    );
    const exhausted = outcomes.filter((outcome) => outcome instanceof Error);
    for (const error of exhausted) expect(error).toBeInstanceOf(ConcurrencyExhausted);
    const reserved = outcomes.filter(
      (outcome) => !(outcome instanceof Error) && !isRejection(outcome as object),
    ).length;
    expect(reserved).toBe(Math.min(60, 90 - exhausted.length));
    const events = await collect(store.readStream(`inventory-${sku}`));
    expect(events).toHaveLength(reserved + 1);
    expect(firstChainFault(events)).toBeNull();
    const { state } = await handlers(1)[0]!.load(inventory, sku);
    expect(availableToPromise(state)).toBe(60 - reserved);
  });

  it('never refuses by a state that is behind', async () => {
    const sku = await listed(1);
    const [here, elsewhere] = handlers(2);
    await here!.handle(inventory, sku, reserve(), context());
    await elsewhere!.handle(inventory, sku, list(sku, 5, '2026-03-01T10:00:00.000Z'), context());
    // What the first remembers says that nothing is left.
    expect(await here!.handle(inventory, sku, reserve(2), context())).toMatchObject({
      events: [{ type: 'StockReserved' }],
    });
  });

  it('never says that there is nothing to do by a state that is behind', async () => {
    const sku = await listed(3);
    const [here, elsewhere] = handlers(2);
    const command = reserve();
    await here!.handle(inventory, sku, command, context());
    const release: InventoryCommand = { type: 'Release', orderId: command.orderId, reason: 'expired', at };
    await elsewhere!.handle(inventory, sku, release, context());
    expect(await here!.handle(inventory, sku, command, context())).toMatchObject({
      events: [{ type: 'StockReserved' }],
    });
  });

  it('decides at the revision asked for or not at all, though others write meanwhile', async () => {
    const sku = await listed(60);
    const at0 = { onlyAt: [0n] };
    const outcomes = await Promise.all(
      handlers(4).map((handler) =>
        handler.handle(inventory, sku, reserve(), context(), at0).catch((error: unknown) => error),
      ),
    );
    expect(outcomes.filter((outcome) => outcome instanceof RevisionMismatch)).toHaveLength(3);
    expect(await collect(store.readStream(`inventory-${sku}`))).toHaveLength(2);
    // What this one remembers is behind, and just what was asked for.
    const [here, elsewhere] = handlers(2);
    await here!.load(inventory, sku);
    await elsewhere!.handle(inventory, sku, reserve(), context(), { onlyAt: [1n] });
    await expect(here!.handle(inventory, sku, reserve(), context(), { onlyAt: [1n] })).rejects.toThrow(
      RevisionMismatch,
    );
    await expect(here!.handle(inventory, sku, reserve(99), context(), { onlyAt: [1n] })).rejects.toThrow(
      RevisionMismatch,
    );
    expect(isRejection(await here!.handle(inventory, sku, reserve(), context(), { onlyAt: [1n, 2n] }))).toBe(false);
  });

  it('forgets a past that an event store put back to an older copy does not have', async () => {
    const [sku, unknown] = [await listed(3), await listed(3)];
    const olderCopy = await hostEventStore();
    const older = createEventStore(olderCopy.url);
    try {
      let current: EventStore = store;
      const eventStore: EventStore = { ...store, readStream: (...asked) => current.readStream(...asked) };
      const handler = createCommandHandler({ eventStore, personalData, clock });
      const command = reserve();
      await handler.handle(inventory, sku, command, context());
      await handler.load(inventory, unknown);
      const [first] = await collect(store.readStream(`inventory-${sku}`));
      await older.append(`inventory-${sku}`, [first!], 'no_stream');

      current = older;
      expect(await handler.load(inventory, sku)).toMatchObject({ revision: 0n, state: { reserved: 0 } });
      expect(await handler.load(inventory, unknown)).toMatchObject({ revision: null, state: null });
    } finally {
      await older.close();
      await olderCopy.stop();
    }
  });

  it('goes on after an event that cannot be read where the stream bears it, and nowhere else', async () => {
    const newer = ({ category }: { category: string }, type: string, data: object) => {
      const [event] = envelope([{ type, data }], {
        commandId: randomUUID(),
        context: context(),
        recordedAt: at,
        prevHash: null,
      });
      const id = randomUUID();
      const metadata = { ...event!.metadata, schemaVersion: 99 };
      const hash = eventHash(type, event!.data, metadata);
      const spoilt = { ...event!, metadata: { ...metadata, hash } };
      return store.append(`${category}-${id}`, [spoilt], 'no_stream').then(() => id);
    };
    const [handler] = handlers(1);
    const syncs = await newer(inventorySyncs, 'InventorySyncStarted', { syncId: 's1' });
    const start = { type: 'StartSync', syncId: 's2', trigger: 'manual', force: false, at } as const;
    await handler!.handle(inventorySyncs, syncs, start, context());
    expect((await handlers(1)[0]!.load(inventorySyncs, syncs)).state).toEqual({ s1: 'unclear', s2: 'running' });
    expect(firstChainFault(await collect(store.readStream(`inventorySync-${syncs}`)))).toBeNull();

    const day = await newer(operations, 'WebhookReplayed', { eventId: 'evt_1' });
    const replay = { type: 'ReplayWebhook', eventId: 'evt_1', at } as const;
    expect(await handler!.handle(operations, day, replay, context())).toMatchObject({ revision: 1n });

    const sku = await newer(inventory, 'ProductDelisted', { syncId: 's1' });
    await expect(handler!.load(inventory, asSku(sku))).rejects.toThrow(EventUnreadable);
  });

  it('repeats nothing: a command that had its effect adds no event', async () => {
    const sku = await listed(3);
    const command = reserve();
    for (const handler of handlers(3)) await handler.handle(inventory, sku, command, context());
    expect(await collect(store.readStream(`inventory-${sku}`))).toHaveLength(2);
  });

  it('decides a stream believed new again when it is not', async () => {
    const sku = await listed(3);
    const [handler] = handlers(1);
    const outcome = await handler!.handle(inventory, sku, list(sku, 7), context(), { assumeNew: true });
    expect(isRejection(outcome)).toBe(false);
    const events = await collect(store.readStream(`inventory-${sku}`));
    expect(events.filter(({ type }) => type === 'ProductListed')).toHaveLength(1);
    expect(firstChainFault(events)).toBeNull();
  });

  it('gives up with a typed error when the stream never stands still, and writes nothing', async () => {
    const sku = await listed(500);
    const [busy] = handlers(1);
    // Somebody else is always quicker: before each append of the handler under test goes out, the stream moves.
    const slower: EventStore = {
      ...store,
      async append(stream, events, expected) {
        await busy!.handle(inventory, sku, reserve(), context());
        return store.append(stream, events, expected);
      },
    };
    const command = reserve();
    const handler = createCommandHandler({ eventStore: slower, personalData, clock });
    const handling = handler.handle(inventory, sku, command, context());
    const error = await handling.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConcurrencyExhausted);
    expect(error).not.toBeInstanceOf(WrongExpectedRevision);
    expect((error as ConcurrencyExhausted).stream).toBe(`inventory-${sku}`);
    const events = await collect(store.readStream(`inventory-${sku}`));
    expect(events.filter(({ data }) => (data as Reserve).orderId === command.orderId)).toEqual([]);
  });
});
