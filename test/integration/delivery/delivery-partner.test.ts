import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeliverySim, startDeliverySim } from '../../../embedded/delivery/server.js';
import { createDeliveryPartner } from '../../../src/adapters/delivery/delivery-partner.js';
import { createLogger, type PortalLogger } from '../../../src/adapters/telemetry/logger.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import type { DeliveryPartner } from '../../../src/processes/ports/outbound.js';
import { control } from '../../support/json-http.js';
import { listen } from '../../support/listen.js';

let dataDir: string;
let sim: DeliverySim;
let printed: string[];
let logger: PortalLogger;
let partner: DeliveryPartner;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'delivery-sim-'));
  sim = await startDeliverySim({ dataDir });
  printed = [];
  logger = createLogger({
    level: 'info',
    dir: null,
    pretty: false,
    console: { write: (line) => void printed.push(line) },
  });
  partner = connect();
});
afterEach(async () => {
  logger.close();
  await sim.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const connect = (settings: { timeoutMs?: number; baseUrl?: string } = {}) =>
  createDeliveryPartner({ baseUrl: `${sim.url}/`, timeoutMs: 1_000, logger, ...settings });

const delivery = {
  orderId: asOrderId('o-1'),
  orderNumber: 'VL-1001',
  recipient: { name: 'Jane Roe', phone: '555-0100' },
  address: { street1: '1 Elm St', street2: null, city: 'Reno', state: 'NV', zip: '89501', country: 'US' },
  deliveryZone: 'north',
};
const spoil = (fault: object) => control(sim, 'POST', '/faults', fault);
const taken = async () => ((await (await fetch(`${sim.url}/deliveries`)).json()) as { data: unknown[] }).data;

/** A partner that answers with that body, text as it is. */
async function withPartner(body: unknown, use: (there: DeliveryPartner) => Promise<void>, status = 200): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { url, close } = await listen(createServer((_request, response) => response.writeHead(status).end(text)));
  try {
    await use(connect({ baseUrl: url }));
  } finally {
    await close();
  }
}

describe('scheduling a delivery', () => {
  it('hands over the order and gets a reference', async () => {
    const { reference } = await partner.schedule(delivery);
    expect(reference).toMatch(/^DLV-/);
    expect(await taken()).toEqual([{ reference, body: delivery }]);
  });

  it('happens once per order, also across a restart of the partner', async () => {
    const first = await partner.schedule(delivery);
    await sim.close();
    sim = await startDeliverySim({ dataDir });
    expect(await connect().schedule(delivery)).toEqual(first);
    expect(await taken()).toHaveLength(1);
  });

  it.each([
    [{ id: 'P-7' }, 'P-7'],
    [{ delivery_id: 7 }, '7'],
    [{}, 'delivery-o-1'],
    [{ reference: 'DLV\0' }, 'delivery-o-1'],
    [{ reference: 'DLV\ud83d' }, 'delivery-o-1'],
    [{ reference: 'D'.repeat(201) }, 'delivery-o-1'],
    ['', 'delivery-o-1'],
    ['OK', 'delivery-o-1'],
  ])('is done when the partner accepts with %j', async (answer, reference) => {
    await withPartner(answer, async (there) => expect(await there.schedule(delivery)).toEqual({ reference }));
  });

  it.each([
    '<!doctype html><title>Log in</title>',
    '{"reference":"DLV-',
    { error: 'no driver' },
    { errors: ['no driver'] },
    { success: false },
  ])('is not done with status 200 and %j', async (answer) => {
    await withPartner(answer, async (there) => {
      await expect(there.schedule(delivery)).rejects.toMatchObject({ name: 'DeliveryError', final: false });
    });
  });

  it('happens once when the answer was lost', async () => {
    await spoil({ reset: true, after: true });
    await expect(partner.schedule(delivery)).rejects.toMatchObject({ name: 'DeliveryError', final: false });
    await partner.schedule(delivery);
    expect(await taken()).toHaveLength(1);
  });

  it.each([
    [400, true],
    [401, false],
    [403, false],
    [404, true],
    [408, false],
    [422, true],
    [429, false],
    [500, false],
    [503, false],
  ])('refused with status %i: final %s', async (status, final) => {
    await spoil({ status });
    await expect(partner.schedule(delivery)).rejects.toMatchObject({ name: 'DeliveryError', final });
  });

  it('refused by a gateway that finds no way to the partner can be tried again', async () => {
    const refused = async (there: DeliveryPartner) =>
      expect(there.schedule(delivery)).rejects.toMatchObject({ name: 'DeliveryError', final: false });
    await withPartner('<html><title>404 Not Found</title></html>', refused, 404);
  });

  it('without a street is refused for good', async () => {
    const incomplete = { ...delivery, address: { ...delivery.address, street1: '' } };
    await expect(partner.schedule(incomplete)).rejects.toMatchObject({ final: true });
  });

  it('can be tried again after a time-out or when nobody listens', async () => {
    await spoil({ delayMs: 500 });
    await expect(connect({ timeoutMs: 50 }).schedule(delivery)).rejects.toMatchObject({ final: false });
    await expect(connect({ baseUrl: 'http://127.0.0.1:9' }).schedule(delivery)).rejects.toMatchObject({ final: false });
  });

  it('writes no customer data to the log', async () => {
    await spoil({ status: 500 });
    await partner.schedule(delivery).catch(() => {});
    await partner.schedule(delivery);
    expect(printed.join('')).toContain('o-1');
    expect(printed.join('')).not.toMatch(/Jane|Elm St|555-0100/);
  });
});
