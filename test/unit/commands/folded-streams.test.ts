import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { inventory } from '../../../src/commands/aggregates.js';
import { type EventStore, WrongExpectedRevision } from '../../../src/commands/event-store.js';
import { type CommandHandler, createCommandHandler } from '../../../src/commands/handler.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { snapshot } from '../../support/inventory.js';
import { clock, context } from '../../support/known-order.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { minute } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';

const historyLength = 50;
const reserve = (orderId: string) =>
  ({ type: 'Reserve', orderId: asOrderId(orderId), quantity: 1, at: minute(1), expiresAt: minute(31) }) as const;

const sku = asSku('A');
/** Revisions of the busy SKU's events in the order in which they were read. */
let read: number[];
/** Of another process, which has written all there is. */
let elsewhere: CommandHandler;
let here: CommandHandler;
let onConflict: () => void;

beforeEach(async () => {
  const memory = createMemoryStore();
  const eventStore: EventStore = {
    ...memory,
    async *readStream(...asked) {
      await turn();
      for await (const event of memory.readStream(...asked)) {
        read.push(Number(event.revision));
        yield event;
      }
    },
    append: (...asked) =>
      memory.append(...asked).catch((error) => {
        if (error instanceof WrongExpectedRevision) onConflict();
        throw error;
      }),
  };
  const handler = () => createCommandHandler({ eventStore, personalData: memoryPersonalData(), clock });
  [elsewhere, here] = [handler(), handler()];
  onConflict = () => undefined;
  read = [];
  await elsewhere.handle(inventory, sku, snapshot({ sku, quantity: 1_000 }), context);
  for (let order = 1; order < historyLength; order += 1) {
    await elsewhere.handle(inventory, sku, reserve(`o${order}`), context);
  }
  read = [];
});

it('a long history is read once for all who ask for it at the same time, and to its end for each', async () => {
  const first = here.load(inventory, sku);
  await elsewhere.handle(inventory, sku, reserve('late'), context);
  const others = Array.from({ length: 10 }, () => here.load(inventory, sku));
  expect((await first).revision).toBeGreaterThanOrEqual(historyLength - 1);
  for (const { revision } of await Promise.all(others)) expect(revision).toBe(BigInt(historyLength));
  expect(read.filter((revision) => revision === 0)).toHaveLength(1);
});

it('who asks while another process has just been faster reads what is new, and not all of it again', async () => {
  await here.load(inventory, sku);
  await elsewhere.handle(inventory, sku, reserve('faster'), context);
  const asked: Promise<unknown>[] = [];
  onConflict = () => void setImmediate(() => asked.push(here.load(inventory, sku)));
  read = [];
  await here.handle(inventory, sku, reserve('slower'), context);
  await Promise.all(asked);
  expect(asked).toHaveLength(1);
  expect(read).not.toContain(0);
});

it('of a stream that cannot be read all who wait are told', async () => {
  const eventStore: EventStore = {
    ...createMemoryStore(),
    async *readStream() {
      await turn();
      yield* [];
      throw new Error('the event store is away');
    },
  };
  const handler = createCommandHandler({ eventStore, personalData: memoryPersonalData(), clock });
  for (const round of ['first', 'second']) {
    const asked = await Promise.allSettled([handler.load(inventory, sku), handler.load(inventory, sku)]);
    expect(
      asked.map(({ status }) => status),
      round,
    ).toEqual(['rejected', 'rejected']);
  }
});
