import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastLines, type PartProcess, startProcess } from '../../embedded/stack/part-process.js';
import { nodeProgram } from '../../embedded/stack/parts/node-program.js';
import { openPorts, type Ports } from '../../embedded/stack/ports.js';
import { formatPosition } from '../../src/commands/event-store.js';
import { deliver, succeeded } from '../integration/orders/support.js';
import {
  type Placed,
  place,
  startPortal,
  type TestPortal,
  typesOf,
  untilEvent,
  warehouseOrders,
} from '../support/portal.js';
import { bareEnvironment } from '../support/stack.js';
import { expectReadModelsToEqualStreams } from '../support/truth.js';
import { until } from '../support/until.js';

/** The portal that started first, and so owns the projectors. */
let first: TestPortal;
/** The same installation, seen through a second process on the same stores. */
let second: TestPortal;
let secondProcess: PartProcess;
let ports: Ports;

beforeAll(async () => {
  first = await startPortal();
  ports = openPorts(first.stack.dataDir, 'free');
  const port = await ports.choose('second portal');
  const env = { ...bareEnvironment(), ...first.stack.env, PORT: String(port) };
  const log = path.join(first.stack.dataDir, 'logs', 'second-portal.log');
  secondProcess = await startProcess(nodeProgram('src/main', [], env), log);
  const urls = { ...first.stack.urls, portal: `http://127.0.0.1:${port}` };
  second = {
    ...first,
    stack: { ...first.stack, urls },
    async api(method, path, body, headers = {}) {
      const content = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await fetch(`${urls.portal}${path}`, {
        method,
        headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(content === undefined ? {} : { body: content }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
    },
  };
  const ready = until('it is ready', async () => (await second.api('GET', '/readyz')).status === 200, 60_000);
  const ended = secondProcess.exited.then((how) => Promise.reject(new Error(how)));
  await Promise.race([ready, ended]).catch((cause: unknown) => {
    throw new Error(`the second portal did not start:\n${lastLines(secondProcess.output.read())}`, { cause });
  });
}, 180_000);

afterAll(async () => {
  await secondProcess?.stop('SIGKILL', 10_000);
  await first?.stop();
  ports?.release();
});

const orders = 18;
const buyers = 3;
const ordersBeforeTheKill = 6;

describe('two portals on the same stores', () => {
  it('run one sync when both are asked for one at the same moment', async () => {
    const page = { method: 'GET', path: '/api/v1/inventory' };
    await until('the syncs of the start are over', async () => {
      const open = await first.sql(`select from portal.effects where kind = 'sync' and status = 'open'`);
      return open.length === 0;
    });
    // The run is under way when the later of the two requests comes.
    await first.wms('POST', '/faults', { match: page, times: 1, fault: { delayMs: 1_500 } });
    const ask = (portal: TestPortal) => portal.api<{ syncId: string }>('POST', '/api/v1/inventory/sync?wait=true');
    const [one, other] = await Promise.all([ask(first), ask(second)]);
    expect(one).toMatchObject({ status: 200, body: { status: 'completed' } });
    expect(other.body.syncId).toBe(one.body.syncId);
  });

  it('lose the one that owns the projectors under load: the other takes over within ten seconds, and nothing is lost or done twice', async () => {
    const checks = await second.api<{ checks: { name: string; detail: string }[] }>('GET', '/readyz');
    expect(checks.body.checks).toContainEqual(expect.objectContaining({ name: 'read models', detail: 'standby' }));

    const placed: Placed[] = [];
    let begun = 0;
    const buying = Array.from({ length: buyers }, async () => {
      while (begun < orders) {
        begun += 1;
        const order = await place(second, { pick: begun, email: `buyer-${begun}@example.com` });
        expect((await deliver(second, succeeded(order))).status).toBe(200);
        placed.push(order);
      }
    });
    await until('business is going on', () => placed.length >= ordersBeforeTheKill);
    await first.stack.kill('portal');
    const killedAt = Date.now();
    const head = await first.eventStore.head();
    const seen = { 'x-min-event-position': head ? formatPosition(head) : '' };
    await until('the other one shows what was written before the kill', async () => {
      const { status } = await second.api('GET', '/api/v1/orders?limit=1', undefined, seen);
      return status === 200;
    });
    expect(Date.now() - killedAt).toBeLessThan(10_000);

    await Promise.all(buying);
    expect(placed).toHaveLength(orders);
    await Promise.all(placed.map(({ order }) => untilEvent(second, order.id, 'OrderExported')));
    await expectReadModelsToEqualStreams(second);
    for (const { order } of placed) {
      expect(await warehouseOrders(second, order.orderNumber)).toHaveLength(1);
      const types = await typesOf(second, order.id);
      for (const type of ['OrderPaid', 'PayoutsAllocated', 'OrderExported']) {
        expect(types.filter((one) => one === type)).toEqual([type]);
      }
    }
    const ledger = await second.sql(
      'select order_id from "read".payouts group by order_id, brand_id having count(*) > 1',
    );
    expect(ledger).toEqual([]);
  });

  it('lose the one that owns the projectors to a halt: the other takes over within ten seconds, and the one that wakes up stands by', async () => {
    await first.stack.start('portal');
    secondProcess.signal('SIGSTOP');
    const haltedAt = Date.now();
    try {
      const head = await first.eventStore.head();
      const { order } = await place(first, { pick: 1, email: 'halted@example.com' });
      const seen = { 'x-min-event-position': head ? formatPosition({ ...head, commit: head.commit + 1n }) : '' };
      await until('the other one shows what was written after the halt', async () => {
        const { status } = await first.api('GET', `/api/v1/orders/${order.id}`, undefined, seen);
        return status === 200;
      });
      expect(Date.now() - haltedAt).toBeLessThan(10_000);
    } finally {
      secondProcess.signal('SIGCONT');
    }
    await until('the one that wakes up stands by', async () => {
      const { body } = await second.api<{ checks: { name: string; detail: string }[] }>('GET', '/readyz');
      return body.checks.some(({ name, detail }) => name === 'read models' && detail === 'standby');
    });
    await expectReadModelsToEqualStreams(first);
  });
});
