import { describe, expect, it } from 'vitest';
import { envelope, eventId } from '../../../src/commands/event-envelope.js';
import { currentEvent } from '../../../src/commands/event-reading.js';
import type { EventStore, RecordedEvent, SubscriptionMessage } from '../../../src/commands/event-store.js';
import { PersonalDataUnreadable } from '../../../src/commands/event-unreadable.js';
import { firstChainFault } from '../../../src/commands/hash-chain.js';
import { openedEvents } from '../../../src/commands/privacy/opened-events.js';
import { createPersonalData } from '../../../src/commands/privacy/personal-data.js';
import { erasedAddress, erasedCustomer, orderPlacedPersonal } from '../../../src/domain/order/personal-data.js';
import type { DomainEvent } from '../../../src/domain/shared/event-schema.js';
import { history, placeOrder, toPaid } from '../../support/orders.js';
import { memoryKeys } from '../../support/personal-data.js';

const commandId = '0b8c4f0e-2c39-4f7e-9d5e-1c2b3a4d5e6f';
const stream = 'order-o1';

/** The events of an order as a store has them, with the keys they are encrypted with. */
async function recorded(events: readonly DomainEvent[] = history(...toPaid)) {
  const keys = memoryKeys();
  const personalData = createPersonalData(keys);
  const identified = events.map((event, index) => ({ ...event, id: eventId(commandId, index) }));
  const stored = await personalData.protecting(stream, identified, async (encrypted) =>
    envelope(encrypted, {
      commandId,
      context: { correlationId: 'c', causationId: 'c', actor: 'system:test' },
      recordedAt: '2026-03-01T09:00:00.000Z',
      prevHash: null,
    }).map((event, index): RecordedEvent => {
      const position = { commit: BigInt(index), prepare: BigInt(index) };
      return { ...event, stream, revision: BigInt(index), position };
    }),
  );
  return { keys, personalData, stored, plain: events };
}

describe('personal data in events', () => {
  it('are not in what is stored, and read as they were decided', async () => {
    const { personalData, stored, plain } = await recorded();
    const text = JSON.stringify(stored, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
    for (const word of ['Ada', 'ada@example.com', '555-0100', 'Engines', 'Main St', 'Denver', '80202']) {
      expect(text).not.toContain(word);
    }
    expect((await personalData.open(stored)).map(currentEvent)).toEqual(plain);
  });

  it('are covered by the hash as they are stored, open or not', async () => {
    const { keys, personalData, stored } = await recorded();
    expect(firstChainFault(stored)).toBeNull();
    expect(firstChainFault(await personalData.open(stored))).toBeNull();
    for (const id of keys.ids()) keys.destroy(id);
    expect(firstChainFault(await personalData.open(stored))).toBeNull();
  });

  it('read as erased once their key is destroyed, and nothing else changes', async () => {
    const { keys, personalData, stored, plain } = await recorded();
    for (const id of keys.ids()) keys.destroy(id);
    const [placed, ...others] = (await personalData.open(stored)).map(currentEvent);
    const before = plain[0]!.data as Record<string, unknown>;
    expect(placed!.data).toEqual({ ...before, customer: erasedCustomer, shippingAddress: erasedAddress });
    expect(others).toEqual(plain.slice(1));
  });

  it('whose key is lost are an error, not erased', async () => {
    const { keys, personalData, stored } = await recorded();
    for (const id of keys.ids()) keys.lose(id);
    const [placed, next] = await personalData.open(stored);
    expect(() => currentEvent(placed!)).toThrow(PersonalDataUnreadable);
    expect(() => currentEvent(placed!)).toThrow(/OrderPlaced #0 of order-o1 .* is lost/);
    expect(currentEvent(next!).type).not.toBe('OrderPlaced');
  });

  it('that nobody opened are an error', async () => {
    const { stored } = await recorded();
    expect(() => currentEvent(stored[0]!)).toThrow(/read without being opened/);
  });

  it.each([
    ['a changed box', (box: Buffer) => box.with(20, (box[20]! + 1) % 256), {}],
    ['a box cut short', (box: Buffer) => box.subarray(0, 10), {}],
    ['a box of another event', (box: Buffer) => box, { id: eventId(commandId, 7) }],
    ['a box of another stream', (box: Buffer) => box, { stream: 'order-o2' }],
  ])('show %s', async (_, change, moved) => {
    const { personalData, stored } = await recorded();
    const placed = stored[0]!;
    const data = placed.data as Record<string, { box: string }>;
    const box = Buffer.from(change(Buffer.from(data.customer!.box, 'base64'))).toString('base64');
    const forged = { ...placed, ...moved, data: { ...data, customer: { ...data.customer, box } } };
    const [opened] = await personalData.open([forged]);
    expect(() => currentEvent(opened!)).toThrow(/its customer cannot be opened/);
  });

  it('show a customer put where the address was', async () => {
    const { personalData, stored } = await recorded();
    const data = stored[0]!.data as Record<string, unknown>;
    const [opened] = await personalData.open([{ ...stored[0]!, data: { ...data, shippingAddress: data.customer } }]);
    expect(() => currentEvent(opened!)).toThrow(/its shippingAddress cannot be opened/);
  });

  it('recorded in plain text, before they were encrypted, still read', async () => {
    const { personalData, stored, plain } = await recorded();
    const old = { ...stored[0]!, data: plain[0]!.data, metadata: { ...stored[0]!.metadata, schemaVersion: 1 } };
    const [opened] = await personalData.open([old]);
    expect(currentEvent(opened!)).toEqual(plain[0]);
  });
});

describe('the subject of an order', () => {
  const data = { customerId: null, customer: placeOrder.customer };

  it('is the customer with an account, whatever address they use', () => {
    expect(orderPlacedPersonal.subject({ ...data, customerId: 'c1' })).toBe('customer:c1');
  });

  it('is a guest’s e-mail address, however it is spelled', () => {
    const customer = { ...placeOrder.customer, email: ' Ada@Example.COM ' };
    expect(orderPlacedPersonal.subject({ ...data, customer })).toBe('email:ada@example.com');
    expect(orderPlacedPersonal.subject(data)).toBe('email:ada@example.com');
  });
});

describe('an opened store', () => {
  /** A subscription that has some events at once, then one more, and then waits for its end. */
  function storeWith(events: readonly RecordedEvent[], onEnd: () => void): EventStore {
    const subscribeToAll: EventStore['subscribeToAll'] = async function* ({ signal }) {
      try {
        for (const event of events) yield { kind: 'event', event };
        yield { kind: 'caught-up' };
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      } finally {
        onEnd();
      }
    };
    return { subscribeToAll } as unknown as EventStore;
  }

  it('opens what arrives together by one look-up, in order, and ends its source when its reader leaves', async () => {
    const { keys, stored, plain } = await recorded();
    let lookUps = 0;
    const counting = { ...keys, find: (ids: readonly string[]) => keys.find(ids).finally(() => void lookUps++) };
    let ended = false;
    const store = openedEvents(
      storeWith(stored, () => {
        ended = true;
      }),
      createPersonalData(counting),
    );
    const seen: SubscriptionMessage[] = [];
    const signal = new AbortController().signal;
    for await (const message of store.subscribeToAll({ prefixes: ['order-'], from: null, signal })) {
      seen.push(message);
      if (message.kind === 'caught-up') break;
    }
    expect(seen.flatMap((message) => (message.kind === 'event' ? [currentEvent(message.event)] : []))).toEqual(plain);
    expect(seen.at(-1)).toEqual({ kind: 'caught-up' });
    expect(lookUps).toBe(1);
    expect(ended).toBe(true);
  });

  it('fails as its source does', async () => {
    const failing = {
      subscribeToAll: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('connection lost')) }),
      }),
    } as unknown as EventStore;
    const store = openedEvents(failing, createPersonalData(memoryKeys()));
    const options = { prefixes: [''], from: null, signal: new AbortController().signal };
    await expect(store.subscribeToAll(options)[Symbol.asyncIterator]().next()).rejects.toThrow('connection lost');
  });
});
