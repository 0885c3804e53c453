import { afterEach, describe, expect, it, vi } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { openedEvents } from '../../../src/commands/privacy/opened-events.js';
import { asExtensivOrderId, asOrderId } from '../../../src/domain/shared/ids.js';
import { listOrders } from '../../../src/processes/polling/listed.js';
import { type PollDeps, pollStatuses } from '../../../src/processes/polling/poll.js';
import { type Warehouse, WarehouseError, type WarehouseOrder } from '../../../src/processes/ports/warehouse.js';
import { differs, isAbout } from '../../../src/processes/warehouse-order.js';
import type { OpenOrder } from '../../../src/projections/queries/open-orders.js';
import { clock, context } from '../../support/known-order.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { confirmExport, minute, placeOrder, toExported } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';
import { type LogLine, loggerTo, silentLogger } from '../../support/telemetry.js';

const opened = { status: 'exported', trackingNumber: null, carrier: null, exportedAt: minute(4) } as const;
const open = (n: number): OpenOrder => ({
  orderId: asOrderId(`o${n}`),
  orderNumber: `VL-${n}`,
  extensivOrderId: asExtensivOrderId(`W${n}`),
  ...opened,
});
const many = (count: number) => Array.from({ length: count }, (_, n) => open(n));
const seen = ({ extensivOrderId, orderNumber }: OpenOrder, status = 'received'): WarehouseOrder => ({
  extensivOrderId,
  orderNumber,
  status,
  trackingNumber: null,
  carrier: null,
  updatedAt: null,
});
const failure = (kind: WarehouseError['kind']) =>
  new WarehouseError(kind, `it is ${kind}`, { method: 'GET', route: '/' });

describe('the list of the warehouse', () => {
  const stranger = { ...seen(open(0)), extensivOrderId: asExtensivOrderId('of another shop') };
  type Asked = { since: string; statuses: readonly string[] | undefined; pages: number };

  /** What is asked of a warehouse whose list has these pages, and what is found there. */
  async function listed(
    sought: readonly OpenOrder[],
    pages: readonly (readonly WarehouseOrder[] | Error)[],
    signal?: AbortSignal,
  ) {
    const asked: Asked[] = [];
    const warehouse = {
      async *ordersUpdatedSince(since, statuses) {
        const one = { since, statuses, pages: 0 };
        asked.push(one);
        for (const page of pages) {
          if (page instanceof Error) throw page;
          one.pages += 1;
          yield page;
        }
      },
    } satisfies Pick<Warehouse, 'ordersUpdatedSince'> as unknown as Warehouse;
    const found = await listOrders(warehouse, sought, silentLogger, signal);
    return { asked, found: [...found.keys()] };
  }

  it('is asked for what is open there, from an hour before the first export on, until all is found', async () => {
    const [one, two] = [open(1), { ...open(2), exportedAt: minute(2) }];
    const { asked, found } = await listed([one, two], [[seen(one), stranger], [seen(two)], [stranger]]);
    const statuses = ['received', 'picking', 'packed', 'shipped'];
    expect(asked).toEqual([{ since: minute(2 - 60), statuses, pages: 2 }]);
    expect(found).toEqual(['W1', 'W2']);
  });

  it('is not asked for nothing', async () => {
    expect(await listed([], [[stranger]])).toEqual({ asked: [], found: [] });
  });

  it('is asked for what is finished, too, when twenty are missing, and for no more pages than there are look-ups', async () => {
    const strangers = Array.from({ length: 30 }, () => [stranger]);
    const asked = async (count: number) => (await listed(many(count), strangers)).asked;
    expect((await asked(19)).map(({ pages }) => pages)).toEqual([30]);
    const passes = await asked(20);
    expect(passes.map(({ pages }) => pages)).toEqual([30, 20]);
    expect(passes[1]?.statuses).toBeUndefined();
  });

  it('is left when the process stops', async () => {
    const { asked } = await listed([open(1)], [[stranger], [stranger]], AbortSignal.abort());
    expect(asked).toMatchObject([{ pages: 1 }]);
  });

  it('shows what it can; only where further calls would fail as well does it end the poll', async () => {
    const failing = (error: Error) => listed([open(1), open(2)], [[seen(open(1))], error]);
    for (const kind of ['unknown', 'rejected'] as const) expect((await failing(failure(kind))).found).toEqual(['W1']);
    for (const error of [failure('busy'), failure('bad-credentials'), new Error('no page')])
      await expect(failing(error)).rejects.toBe(error);
  });
});

describe('a poll', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Polls orders of which no list tells. Those that were never placed are not among the `placed` ones. */
  async function polled(
    open: readonly OpenOrder[],
    orderStatus: Warehouse['orderStatus'],
    { placed = open, ...deps }: Partial<PollDeps> & { placed?: readonly OpenOrder[] } = {},
  ) {
    const personalData = memoryPersonalData();
    const eventStore = openedEvents(createMemoryStore(), personalData);
    const handler = createCommandHandler({ eventStore, personalData, clock });
    for (const { orderId, orderNumber, extensivOrderId } of placed) {
      for (const command of toExported) {
        const own =
          command.type === placeOrder.type
            ? { ...placeOrder, orderId, orderNumber }
            : command.type === confirmExport.type
              ? { ...confirmExport, extensivOrderId }
              : command;
        await handler.handle(orders, orderId, own, { ...context, correlationId: orderId });
      }
    }
    const captured: unknown[] = [];
    const lines: LogLine[] = [];
    const measured: Record<string, number> = {};
    const measure = (name: string, value: number) => void Object.assign(measured, { [name]: value });
    const outcome = await pollStatuses(
      {
        handler,
        clock,
        warehouse: { async *ordersUpdatedSince() {}, orderStatus } as unknown as Warehouse,
        logger: loggerTo((line) => lines.push(line)),
        metrics: { increment: () => undefined, set: measure, observe: measure },
        reporter: { capture: (_error, facts) => void captured.push(facts?.orderId) },
        busyPauseMs: 1,
        openOrders: async () => open,
        ...deps,
      },
      context,
    ).then(
      () => 'ended',
      (error: Error) => error.message,
    );
    const told = lines.find(({ message }) => message === 'statuses polled')?.facts;
    return { outcome, captured, told, measured, eventStore };
  }
  const failing = (kind: WarehouseError['kind']) => () => Promise.reject(failure(kind));

  it('says how many orders it has followed, and what became of them', async () => {
    const all = many(16);
    const asked: string[] = [];
    const shipped = { ...seen(open(5), 'shipped'), trackingNumber: '1Z1', carrier: 'UPS' };
    const found = [
      seen(open(2), 'cancelled'),
      seen(open(3), 'picking'),
      seen(open(4)),
      shipped,
      seen(open(6), 'picking'),
    ];
    const answers = new Map(found.map((one) => [one.extensivOrderId, one]));
    const orderStatus: Warehouse['orderStatus'] = async (id) => {
      asked.push(id);
      const answer = answers.get(id);
      if (!answer) throw failure('unknown');
      return answer;
    };
    const placed = all.filter(({ orderId }) => orderId !== 'o4');
    const { told, measured, captured, eventStore } = await polled(all, orderStatus, { placed });
    expect(asked, 'each is looked up once').toHaveLength(16);
    expect(told).toEqual({ orders: 16, changes: 4, failures: 12, durationMs: 0 });
    expect(measured).toEqual({ portal_status_poll_orders: 16, portal_status_poll_duration_seconds: 0 });
    expect(captured, 'of many that fail the first ten are told').toHaveLength(10);
    const last = await eventStore.last('order-o3');
    expect([last?.type, last?.metadata.$correlationId]).toEqual(['StatusChanged', 'o3']);
  });

  it('begins somewhere else each time', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const asked: string[] = [];
    await polled(many(4), async (id) => {
      asked.push(id);
      return null;
    });
    expect(asked).toEqual(['W2', 'W3', 'W0', 'W1']);
  });

  it('waits three times for a warehouse that is held back, all orders together, before it gives them up', async () => {
    const asked: string[] = [];
    const { outcome, captured } = await polled(many(7), async (id) => {
      asked.push(id);
      throw failure('busy');
    });
    expect([asked.length, captured.length, outcome]).toEqual([7 * 4, 7, 'ended']);
  });

  it('ends when so many look-ups in a row are held back that it cannot be about single orders', async () => {
    expect((await polled(many(8), failing('busy'))).outcome).toBe('it is busy');
    let wasHeldBack = false;
    const { outcome } = await polled(many(9), async (id) => {
      if (id !== 'W0' || !wasHeldBack) {
        wasHeldBack ||= id === 'W0';
        throw failure('busy');
      }
      return seen(open(0));
    });
    expect(outcome, 'one answer between them').toBe('ended');
  });

  it('does not wait for the warehouse any longer when the process stops', async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    const orderStatus: Warehouse['orderStatus'] = async (id) => {
      asked.push(id);
      setImmediate(() => stop.abort());
      throw failure('busy');
    };
    const { outcome, captured } = await polled(many(1), orderStatus, { signal: stop.signal, busyPauseMs: 60_000 });
    expect([asked, captured, outcome]).toEqual([['W0'], [], 'ended']);
  });

  it('ends when the warehouse refuses its credentials', async () => {
    expect((await polled(many(1), failing('bad-credentials'))).outcome).toBe('it is bad-credentials');
  });
});

describe('what the warehouse says of an order', () => {
  const known = { status: 'shipped', trackingNumber: '1Z1', carrier: 'UPS' } as const;
  const news = { trackingNumber: '1Z1', carrier: 'UPS', status: 'shipped' };

  it.each([
    ['is no news when all is known', news, false],
    ['is news with another status', { ...news, status: 'delivered' }, true],
    ['is news with another tracking number', { ...news, trackingNumber: '1Z2' }, true],
    ['is news with another carrier', { ...news, carrier: 'FedEx' }, true],
    ['is no news where it says less', { ...news, trackingNumber: null, carrier: null }, false],
  ])('%s', (_what, said, isNews) => {
    expect(differs(known, said)).toBe(isNews);
  });

  it('is no news where it has only received what was exported', () => {
    expect(['received', 'picking'].map((status) => differs(open(1), seen(open(1), status)))).toEqual([false, true]);
  });

  it('is about it when it says no other number', () => {
    expect(['VL-1', '', 'VL-2'].map((orderNumber) => isAbout({ orderNumber }, open(1)))).toEqual([true, true, false]);
  });
});
