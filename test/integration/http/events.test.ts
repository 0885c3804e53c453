import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatPosition } from '../../../src/commands/event-store.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { buildApp } from '../../../src/http/app.js';
import type { AppOptions } from '../../../src/http/options.js';
import { type ChangeFeed, createChangeFeed, type FeedLimits } from '../../../src/projections/feed/change-feed.js';
import type { Queries } from '../../../src/projections/queries.js';
import type { Projector } from '../../../src/projections/runtime/projector.js';
import { openEvents, type Reader } from '../../support/event-source.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { history, pay, placeOrder, toPaid } from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { testTokens } from '../../support/tokens.js';
import { until } from '../../support/until.js';
import { listed } from '../projections/support/workload.js';
import { createWorld, startServers, type World } from '../projections/support/world.js';

let stack: TestStack;
let world: World;
let projector: Projector;
let label: string;
const open: { app: FastifyInstance; feed: ChangeFeed }[] = [];
const readers: Reader[] = [];

beforeAll(async () => {
  stack = await startServers();
  world = await createWorld(stack);
  projector = world.projections.startReadModels();
});
beforeEach((context) => {
  label = `e${context.task.id.slice(-6)}`;
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.leave();
  for (const { app, feed } of open.splice(0)) {
    await app.close();
    await feed.stop();
  }
});
afterAll(async () => {
  await projector?.stop();
  await world?.close();
  await stack?.stop();
});

/** A process that serves the API, over the same stores as every other. */
async function startProcess(
  options: {
    authenticate?: AppOptions['authenticate'];
    limits?: AppOptions['limits'];
    feed?: Partial<FeedLimits>;
    queries?: Partial<Queries>;
  } = {},
) {
  const { eventStore, logger } = world;
  const queries = { ...world.projections.queries, ...options.queries };
  const feed = createChangeFeed({ eventStore, queries, logger, ...(options.feed ? { limits: options.feed } : {}) });
  const portal = memoryPortal({
    authenticate: options.authenticate ?? testTokens(),
    changes: feed,
    limits: { streamLifeMs: 600_000, ...options.limits },
  });
  const app = await buildApp(portal.options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  open.push({ app, feed });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/events`;
  const follow = async (caller: string, from?: string) => {
    const reader = await openEvents(url, {
      authorization: `Bearer ${caller}`,
      ...(from === undefined ? {} : { 'last-event-id': from }),
    });
    readers.push(reader);
    return reader;
  };
  const ended = (reason: string) =>
    portal.increments.filter(
      ({ name, labels }) => name === 'portal_event_streams_ended_total' && labels?.reason === reason,
    ).length;
  return { app, portal, url, follow, ended };
}

/** An order of a customer, as its events stand in the store. */
function place(n: number, customerId: string | null, commands: readonly OrderCommand[] = toPaid) {
  const id = `${label}-${n}`;
  const events = history(...commands).map((event) =>
    event.type === 'OrderPlaced'
      ? { ...event, data: { ...event.data, orderId: id, orderNumber: `VL-${id}`, customerId } }
      : event,
  );
  return world.append(`order-${id}`, ...events);
}

/** Positions of everything that happened to the orders and SKUs of this test. */
async function happened(): Promise<string[]> {
  const ids: string[] = [];
  for await (const event of world.eventStore.readAll({ prefixes: [`order-${label}`, `inventory-${label}`] })) {
    ids.push(formatPosition(event.position));
  }
  return ids;
}

const idsOf = (...of: Reader[]) => of.flatMap(({ events }) => events.map(({ id }) => id));

it('tells staff of every change, with what the read models show of it', async () => {
  const { follow, portal } = await startProcess();
  const reader = await follow('auditor');
  expect(reader).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    },
  });
  expect(portal.gauges.get('portal_event_streams')).toBe(1);
  await place(1, 'c1', [placeOrder, pay]);
  await world.append(`inventory-${label}-A`, listed(`${label}-A`, 12));
  const events = await reader.untilEvents((await happened()).length);
  expect(idsOf(reader)).toEqual(await happened());
  expect(events[0]).toEqual({
    id: expect.any(String),
    event: 'order',
    data: {
      id: `${label}-1`,
      orderNumber: `VL-${label}-1`,
      revision: 0,
      status: 'paid',
      refundStatus: 'none',
      at: expect.stringMatching(/Z$/),
    },
  });
  expect(events.at(-1)).toMatchObject({
    event: 'stock',
    data: { sku: `${label}-A`, revision: 0, stock: 12, available: 12, listed: true },
  });
  reader.leave();
  await until('nobody follows', () => portal.gauges.get('portal_event_streams') === 0);
});

it('has no length that HEAD could ask for', async () => {
  const { url } = await startProcess();
  const answer = await fetch(url, { method: 'HEAD', headers: { authorization: 'Bearer auditor' } });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
});

it('goes on where a stream ended, at whichever process: nothing is lost and nothing repeated', async () => {
  const processes = [await startProcess(), await startProcess({ feed: { pageSize: 3 } })];
  const parts: Reader[] = [await processes[0]!.follow('operator')];
  for (let round = 0; round < 4; round += 1) {
    // Changes before, while and after the reader is away, which leaves in the middle of them.
    await Promise.all([1, 2, 3].map((n) => place(10 * round + n, null)));
    await parts.at(-1)!.untilEvents(1);
    parts.at(-1)!.leave();
    const from = parts.at(-1)!.lastId();
    const writing = Promise.all([4, 5, 6].map((n) => place(10 * round + n, null)));
    parts.push(await processes[(round + 1) % 2]!.follow('operator', from));
    await writing;
  }
  const all = await happened();
  await until('all is told', () => idsOf(...parts).length >= all.length);
  // A reader that left may have been told more than it took; what counts is what it took.
  expect(idsOf(...parts)).toEqual(all);
});

it('looks once into the past for all who come back at once, wherever each of them had come to', async () => {
  let looks = 0;
  const ordersById: Queries['ordersById'] = (ids) => {
    looks += 1;
    return world.projections.queries.ordersById(ids);
  };
  const first = await (await startProcess()).follow('operator');
  const began = first.lastId();
  await place(1, null, [placeOrder, pay]);
  await place(2, null);
  const all = await happened();
  await first.untilEvents(all.length);

  const { follow } = await startProcess({ queries: { ordersById } });
  const callers = ['operator', 'auditor'].flatMap((caller) => Array.from({ length: 9 }, () => caller));
  const from = (n: number) => [began, ...all][n % all.length];
  const back = await Promise.all(callers.map((caller, n) => follow(caller, from(n))));
  await until('all have caught up', () => back.every((reader) => reader.lastId() === all.at(-1)));
  for (const [n, reader] of back.entries()) expect(idsOf(reader)).toEqual(all.slice(n % all.length));
  // Whoever had come less far than those before has the past read once more.
  expect(looks).toBeLessThan(callers.length / 2);
});

it('shows a buyer its own orders, a brand its own products, and neither anything else', async () => {
  const { follow } = await startProcess({ limits: { heartbeatMs: 50 } });
  const staff = await follow('operator');
  const [mine, others] = [await follow(`buyer:${label}-c1`), await follow(`buyer:${label}-c2`)];
  const [brand, competitor] = [await follow('brand:vital-hemp'), await follow('brand:green-leaf')];
  const nameless = [await follow('buyer'), await follow('brand')];
  await place(1, `${label}-c1`);
  await place(2, null);
  await world.append(`inventory-${label}-A`, listed(`${label}-A`, 12));
  await place(3, `${label}-c2`);
  await staff.untilEvents((await happened()).length);
  const end = staff.lastId();
  for (const reader of readers) await until('the reader is as far', () => reader.lastId() === end);
  const seen = (reader: Reader) => [...new Set(reader.events.map(({ data }) => data.id ?? data.sku))];
  expect(seen(mine)).toEqual([`${label}-1`]);
  expect(seen(others)).toEqual([`${label}-3`]);
  expect(seen(brand)).toEqual([`${label}-A`]);
  for (const reader of [competitor, ...nameless]) expect(reader.events).toEqual([]);

  // The same holds for the past.
  const again = await follow(`buyer:${label}-c2`, '0/0');
  await again.untilEvents(1);
  expect(seen(again)).toEqual([`${label}-3`]);
});

it('a reader that sees nothing goes on from where the stream stands, not from where it began', async () => {
  const { follow } = await startProcess({ limits: { heartbeatMs: 50 } });
  const [staff, nobody] = [await follow('operator'), await follow('buyer:nobody')];
  const began = nobody.lastId();
  await place(1, 'c1');
  await staff.untilEvents((await happened()).length);
  await until('the mark moves', () => nobody.lastId() === staff.lastId());
  expect(nobody.lastId()).not.toBe(began);
  expect(nobody.events).toEqual([]);
});

it('drops a reader that takes nothing, and goes on with the others', async () => {
  const fat = 'x'.repeat(500_000);
  const ordersById: Queries['ordersById'] = async (ids) =>
    (await world.projections.queries.ordersById(ids)).map((order) => ({ ...order, orderNumber: fat }));
  const { url, follow, ended } = await startProcess({ feed: { maxWaiting: 8 }, queries: { ordersById } });
  const good = await follow('admin');
  const lazy = request(url, { headers: { authorization: 'Bearer operator' } }).end();
  lazy.on('error', () => undefined);
  const [answer] = await once(lazy, 'response');
  answer.on('error', () => undefined);
  answer.pause();
  // One after the other, as a reader with open ears can follow.
  let n = 0;
  await until('the lazy reader is dropped', async () => {
    if (ended('slow') > 0) return true;
    n += 1;
    await place(n, null, [placeOrder]);
    await good.untilEvents(n);
    return false;
  });
  expect(n, 'what a socket holds, and not much more').toBeLessThan(100);
  await place(n + 1, null, [placeOrder]);
  await good.untilEvents(n + 1);
  answer.resume();
  await until('its connection is gone', () => answer.destroyed || answer.closed);
});

describe('the number of streams', () => {
  it('is bounded for a caller and in all; a place is free again when its reader leaves', async () => {
    const { follow } = await startProcess({ limits: { streamsPerCaller: 2, streams: 3 } });
    const [first] = [await follow('operator'), await follow('operator')];
    const third = await follow('operator');
    await until('the problem is read', () => third.ended());
    expect([third.status, JSON.parse(third.body()).code]).toEqual([429, 'too-many-streams']);
    expect((await follow('admin')).status).toBe(200);
    expect((await follow('auditor')).status, 'in all').toBe(429);
    first!.leave();
    await until('a place is free', async () => (await follow('auditor')).status === 200);
  });
});

it('ends every stream cleanly when the process stops, in time, and another process goes on', async () => {
  const [one, other] = [await startProcess(), await startProcess()];
  const [reader, idle] = [await one.follow('operator'), await one.follow('buyer:nobody')];
  await place(1, null);
  await reader.untilEvents(1);
  const started = performance.now();
  await one.app.close();
  expect(performance.now() - started).toBeLessThan(5_000);
  await until('both ended', () => reader.ended() && idle.ended());
  expect(one.ended('stopped')).toBe(2);
  await place(2, null);
  const next = await other.follow('operator', reader.lastId());
  const all = await happened();
  await until('all is told', () => idsOf(reader, next).length >= all.length);
  expect(idsOf(reader, next)).toEqual(all);
});

it('ends with the next sign of life once its credential is good for nothing', async () => {
  let revoked = false;
  const known = testTokens();
  const authenticate: AppOptions['authenticate'] = (request) => (revoked ? null : known(request));
  const { follow, ended } = await startProcess({ authenticate, limits: { heartbeatMs: 50 } });
  const reader = await follow('operator');
  await sleep(200);
  expect(reader.ended()).toBe(false);
  revoked = true;
  await until('it ended', () => reader.ended());
  expect(ended('expired')).toBe(1);
});

it('stays while nobody can say whether its credential holds', async () => {
  let away = false;
  const known = testTokens();
  const authenticate: AppOptions['authenticate'] = (request) =>
    away ? Promise.reject(new Error('the issuer is away')) : known(request);
  const { follow } = await startProcess({ authenticate, limits: { heartbeatMs: 50 } });
  const reader = await follow('operator');
  away = true;
  await sleep(200);
  expect(reader.ended()).toBe(false);
});

it('lives so long and no longer, for a credential may have been taken back meanwhile', async () => {
  const { follow, ended } = await startProcess({ limits: { streamLifeMs: 100 } });
  const reader = await follow('operator');
  await until('it ended', () => reader.ended());
  expect(ended('aged')).toBe(1);
});

it('tells a reader that missed too much to read its lists anew', async () => {
  const { follow } = await startProcess({ feed: { maxMissed: 2, pageSize: 2 } });
  const first = await follow('operator');
  const began = first.lastId();
  await place(1, null);
  await first.untilEvents((await happened()).length);
  const late = await follow('operator', began);
  await until('it is told to', () => late.events.at(-1)?.event === 'reset');
  const upToThere = late.events.length;
  await place(2, null, [placeOrder]);
  await late.untilEvents(upToThere + 1);
  expect(late.events.slice(upToThere)).toEqual([
    expect.objectContaining({ event: 'order', data: expect.objectContaining({ id: `${label}-2` }) }),
  ]);
});

it('tells it so only once the lists show what is told no more', async () => {
  const first = await (await startProcess()).follow('operator');
  const began = first.lastId();
  await place(1, null);
  await first.untilEvents((await happened()).length);
  const awaited: string[] = [];
  const waitFor: Queries['waitFor'] = (position, timeoutMs) => {
    awaited.push(formatPosition(position));
    return world.projections.queries.waitFor(position, timeoutMs);
  };
  const { follow } = await startProcess({ feed: { maxMissed: 0, pageSize: 1 }, queries: { waitFor } });
  const late = await follow('operator', began);
  await until('it is told', () => late.events.at(-1)?.event === 'reset');
  expect(awaited).toContain(late.lastId());
});

it('refuses a position that is none, and one that has not been', async () => {
  const { follow } = await startProcess();
  for (const id of ['latest', '1', '18446744073709551615/18446744073709551615']) {
    const reader = await follow('operator', id);
    await until('the problem is read', () => reader.ended());
    expect([reader.status, JSON.parse(reader.body()).code]).toEqual([400, 'invalid-position']);
  }
});
