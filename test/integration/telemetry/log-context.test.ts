import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { about, workAtHand } from '../../../src/adapters/telemetry/log-context.js';
import { asOrderId, type OrderId } from '../../../src/domain/shared/ids.js';
import {
  moveInWarehouse,
  pay,
  place,
  quickPolling,
  startPortal,
  streamOf,
  type TestPortal,
  untilEvent,
} from '../../support/portal.js';
import { until } from '../../support/until.js';

interface Line {
  readonly msg: string;
  readonly [fact: string]: unknown;
}

let portal: TestPortal;
let logs: string;
beforeAll(async () => {
  logs = await mkdtemp(path.join(tmpdir(), 'portal-logs-'));
  portal = await startPortal({ ...quickPolling, LOG_DIR: logs });
}, 150_000);
afterAll(async () => {
  await portal?.stop();
  await rm(logs, { recursive: true, force: true });
});

const lines = async (): Promise<Line[]> => {
  const text = await readFile(path.join(logs, 'combined.log'), 'utf8');
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Line] : []));
};

describe('the ids of an order', () => {
  it('follow it from its request through events, jobs and calls of others', async () => {
    const correlationId = randomUUID();
    const placed = await place(portal, { headers: { 'x-correlation-id': correlationId } });
    const orderId = placed.order.id;
    await pay(portal, placed);
    const exported = await untilEvent(portal, orderId, 'OrderExported');
    await moveInWarehouse(portal, placed.order.orderNumber, 'picking');
    await untilEvent(portal, orderId, 'StatusChanged');
    const changed = await until('the change is logged', async () =>
      (await lines()).find(
        (line) => line.msg === 'order status changed' && line.orderId === orderId && line.to === 'picking',
      ),
    );
    expect(changed).toMatchObject({ correlationId, from: 'exported' });
    await untilEvent(portal, orderId, 'NotificationSent');

    for (const { metadata } of await streamOf(portal, orderId)) expect(metadata.$correlationId).toBe(correlationId);
    const ofOrder = (msg: string, facts: object = {}) =>
      until(`${msg} ${JSON.stringify(facts)} is logged`, async () =>
        (await lines()).find(
          (line) =>
            line.msg === msg &&
            line.correlationId === correlationId &&
            Object.entries(facts).every(([name, value]) => line[name] === value),
        ),
      );
    const request = await ofOrder('request completed', { method: 'POST', route: '/api/v1/orders' });
    const [first] = await streamOf(portal, orderId);
    expect(request.requestId).toBe(first?.metadata.$causationId);
    const job = { jobId: `export.${orderId}-g0`, effect: `export:${orderId}`, orderId, attempt: 1 };
    const sent = await ofOrder('Extensiv request', { method: 'POST', route: '/api/v1/orders', ...job });
    expect(sent.causationId).toBe(exported.metadata.$causationId);
    await ofOrder('effect done', { ...job, causationId: exported.metadata.$causationId });
    await ofOrder('mail sent', { orderId });
    for (const to of ['awaiting_payment', 'paid', 'exported']) await ofOrder('order status changed', { orderId, to });
  });
});

describe('what work is about', () => {
  it('is there for as long as the work goes on, each for its own', async () => {
    const context = (orderId: OrderId) => ({ correlationId: 'c', causationId: 'e', orderId });
    const seen = await Promise.all(
      ['a', 'b'].map((orderId, index) =>
        about(context(asOrderId(orderId)), async () => {
          await new Promise((resolve) => setTimeout(resolve, 10 * (2 - index)));
          return workAtHand().orderId;
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b']);
    expect(workAtHand()).toEqual({});
    await expect(about(context(asOrderId('a')), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(
      await about(context(asOrderId('a')), () => about(context(asOrderId('b')), async () => workAtHand().orderId)),
    ).toBe('b');
  });
});
