import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { envelope } from '../../../src/commands/event-envelope.js';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { eventHash } from '../../../src/commands/hash-chain.js';
import type { DomainEvent } from '../../../src/domain/shared/event-schema.js';
import type { ProductView } from '../../../src/projections/views.js';
import { portalCli } from '../../support/cli.js';
import { mailsTo, place, products, startPortal, type TestPortal } from '../../support/portal.js';
import { until } from '../../support/until.js';

/** What operators see of a stream that cannot be read, and what they can do about it. */
let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal({ ADMIN_EMAIL: 'ops@example.com' });
}, 120_000);
afterAll(() => portal?.stop());

const cli = (...args: string[]) => portalCli([...args, '--data-dir', portal.stack.dataDir]);

it('parks what a newer release wrote, also where effects come from; the stream is tried again or goes on behind it', async () => {
  const { order } = await place(portal);
  const stream = `order-${order.id}`;
  const last = (await portal.eventStore.last(stream))!;
  const opened = { disputeId: 'dp_1', amount: 1, currency: 'USD', reason: 'x', openedAt: 'x' };
  const dispute = await appendUnreadable(
    last,
    { type: 'OrderExpired', data: { expiredAt: new Date().toISOString() } },
    { type: 'DisputeOpened', data: opened },
  );
  const parked = async () => {
    const rows: { projection: string; stream: string; error: string }[] = (
      await cli('projections', 'parked', '--json')
    ).json().parked;
    return rows.filter((row) => row.stream === stream);
  };
  await until('both are parked', async () => (await parked()).length === 2);
  for (const projection of ['orders', 'effects']) {
    expect(await parked()).toContainEqual(
      expect.objectContaining({
        projection,
        error: `OrderExpired #${last.revision + 1n} of ${stream} has schema version 99, this release knows up to 1`,
      }),
    );
  }
  const told = `OrderExpired #${last.revision + 1n} has schema version 99, this release knows up to 1`;
  const table = await cli('projections', 'parked');
  expect([table.code, table.stdout]).toEqual([
    1,
    expect.stringMatching(new RegExp(`^orders +${stream} .* ${told}$`, 'm')),
  ]);
  expect((await cli('projections', 'parked', '--full')).stdout).toContain(`of ${stream} has schema version 99`);
  expect((await cli('projections', 'status')).code, 'not all is well').toBe(1);
  await until('there is a mail about it', async () =>
    (await mailsTo(portal, 'ops@example.com')).some(({ subject }) => subject.includes(`${stream} is parked`)),
  );
  await until('the metric tells', async () => {
    const page = await (await fetch(`${portal.stack.urls.portal}/metrics`)).text();
    const counts = { orders: 1, effects: 1, brands: 0 };
    return Object.entries(counts).every(([projection, count]) =>
      page.includes(`portal_parked_streams{projection="${projection}"} ${count}\n`),
    );
  });
  expect(await portal.api('POST', `/api/v1/orders/${order.id}/cancel`, { reason: 'changed plans' })).toMatchObject({
    status: 503,
    body: { code: 'newer-release-needed', facts: { stream, eventType: 'OrderExpired' } },
  });
  const { body } = await portal.api<{ events: object[] }>('GET', `/api/v1/orders/${order.id}/history`);
  expect(body.events.at(-2), 'as it is stored').toMatchObject({
    type: 'OrderExpired',
    data: { expiredAt: expect.any(String) },
  });

  const retried = await cli('projections', 'retry', 'effects', stream);
  expect(retried).toMatchObject({ code: 1, stdout: expect.stringContaining('still parked') });
  expect(await cli('projections', 'skip', 'effects', stream, '--reason', ' ')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must not be blank'),
  });
  const skipped = await cli('projections', 'skip', 'effects', stream, '--reason', 'a newer release wrote it', '--json');
  expect(skipped.json()).toMatchObject({ outcome: 'applied', events: 1 });
  expect(await parked()).toMatchObject([{ projection: 'orders' }]);
  expect(await portal.sql('select kind from portal.effects where key = $1', [`alert:${dispute}`])).toEqual([
    { kind: 'alert' },
  ]);
  expect(await cli('projections', 'rebuild', 'effects')).toMatchObject({ code: 2 });
});

it('retries everything that is parked at once, and shows what is still parked', async () => {
  const all = await cli('projections', 'retry', 'all', '--all', '--json');
  expect(all).toMatchObject({ code: 1 });
  expect(all.json()).toMatchObject({ applied: 0, parked: 1, results: [{ projection: 'orders', outcome: 'parked' }] });
  const { stdout } = await cli('projections', 'retry', 'orders', '--all');
  expect(stdout).toContain('still parked');
  expect(stdout).toContain('0 applied, 1 still parked.');
  expect(await cli('projections', 'retry', 'brands', '--all')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No stream is parked.'),
  });
  expect(await cli('projections', 'park', 'all')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('nothing is parked'),
  });
  expect(await cli('projections', 'park', 'nothing')).toMatchObject({ code: 2 });
  expect(await cli('projections', 'retry', 'orders')).toMatchObject({ code: 2 });
  expect(await cli('projections', 'retry', 'orders', 'order-x', '--all')).toMatchObject({ code: 2 });
  const recorded = await portal.sql<{ n: string }>(
    "select count(*) as n from portal.parked_streams where status = 'parked'",
  );
  expect(recorded).toEqual([{ n: '1' }]);
});

it('says what cannot be read where its key is lost, and goes on where the read models do', async () => {
  const { order } = await place(portal, { email: 'lost@example.com' });
  const url = `/api/v1/orders/${order.id}`;
  const keys = await portal.sql<{ id: string }>('select * from portal.personal_keys order by created_at desc limit 1');
  await portal.sql('delete from portal.personal_keys where id = $1', [keys[0]!.id]);
  expect(await portal.api('GET', url)).toMatchObject({ status: 200, body: { status: 'awaiting_payment' } });
  for (const path of [`${url}?asOf=0`, `${url}/diff`]) {
    expect(await portal.api('GET', path), path).toMatchObject({
      status: 500,
      body: { code: 'history-unreadable', facts: { reason: 'personal-data-sealed', stream: `order-${order.id}` } },
    });
  }
  const history = await cli('order', 'history', order.id);
  expect(history).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/cannot be read: the key \S+ of its customer is lost/),
  });
  expect(history.stdout).toContain('hash chain holds');
  expect(history.stdout).not.toContain('"box"');
});

it('says where a hash chain does not hold, and why', async () => {
  const { order } = await place(portal);
  const last = (await portal.eventStore.last(`order-${order.id}`))!;
  await portal.eventStore.append(last.stream, [{ ...last, id: randomUUID() }], last.revision);
  const revision = Number(last.revision) + 1;
  const fault = { revision, reason: 'it does not follow the event before it' };
  expect(await cli('order', 'history', order.id)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`hash chain is broken at #${revision}: ${fault.reason}`),
  });
  expect((await cli('order', 'history', order.id, '--json')).json()).toMatchObject({ verified: false, fault });
  const { body } = await portal.api('GET', `/api/v1/orders/${order.id}/history`);
  expect(body).toMatchObject({ verified: false, fault });
});

it('answers with what a stream shows once its event is skipped, and no more from the cache', async () => {
  const [, , product] = await products(portal);
  const { sku, price: from, currency } = product!;
  const last = (await portal.eventStore.last(`inventory-${sku}`))!;
  const sync = { syncId: 'newer', snapshotAt: new Date().toISOString() };
  const priced = (to: number) => ({ type: 'PriceChanged', data: { from, to, currency, ...sync } });
  await appendUnreadable(last, priced(from + 1), priced(from + 2));
  const shownPrice = async () => (await portal.api<ProductView>('GET', `/api/v1/products/${sku}`)).body.price;
  const parked = async () => (await cli('projections', 'parked', '--json')).json().parked as { projection: string }[];
  await until('it is parked', async () => (await parked()).some(({ projection }) => projection === 'products'));
  expect(await shownPrice()).toBe(from);

  expect(await cli('projections', 'skip', 'products', last.stream, '--reason', 'priced twice')).toMatchObject({
    code: 0,
  });
  expect(await shownPrice()).toBe(from + 2);
});

it('skips all that a projection has parked, by their number', async () => {
  const expired = { type: 'OrderExpired', data: { expiredAt: new Date().toISOString() } };
  for (const _order of [1, 2]) {
    const { order } = await place(portal);
    await appendUnreadable((await portal.eventStore.last(`order-${order.id}`))!, expired, expired);
  }
  const parked = async () =>
    (await cli('projections', 'parked', '--json'))
      .json()
      .parked.filter(({ projection }: { projection: string }) => projection === 'orders').length;
  await until('all are parked', async () => (await parked()) === 3);
  const skip = (...args: string[]) => cli('projections', 'skip', ...args, '--reason', 'expired twice');
  for (const misused of [
    ['all', '--all', '--count', '3'],
    ['orders', '--all'],
    ['orders', '--all', '--count', 'some'],
  ]) {
    expect(await skip(...misused), misused.join(' ')).toMatchObject({ code: 2 });
  }
  expect(await skip('orders', '--all', '--count', '2')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('3 streams parked in orders, not 2: nothing is skipped'),
  });
  expect(await parked()).toBe(3);
  // One of them has another event that cannot be applied, which nobody has decided on yet.
  const [first, second] = [await skip('orders', '--all', '--count', '3', '--json'), await parked()];
  expect([first.code, first.json(), second]).toMatchObject([1, { applied: 2, parked: 1 }, 1]);
  expect(await skip('orders', '--all', '--count', '1')).toMatchObject({ code: 0 });
  expect(await parked()).toBe(0);
  const lines = (await cli('audit', 'export')).stdout.trim().split('\n');
  const recorded = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'ParkedStreamSkipped');
  expect(recorded.filter(({ data }) => data.reason === 'expired twice')).toHaveLength(4);
});

/** Appends an event of a version to come, and one behind it. @returns the id of the latter */
async function appendUnreadable(
  { stream, revision, metadata }: RecordedEvent,
  newest: DomainEvent,
  behind: DomainEvent,
): Promise<string> {
  const context = { correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:test' };
  const options = { context, recordedAt: new Date().toISOString() };
  const [first] = envelope([newest], { ...options, commandId: randomUUID(), prevHash: metadata.hash });
  const { id, type, data, metadata: today } = first!;
  const hash = eventHash(type, data, { ...today, schemaVersion: 99 });
  const [second] = envelope([behind], { ...options, commandId: randomUUID(), prevHash: hash });
  const newer = { id, type, data, metadata: { ...today, schemaVersion: 99, hash } };
  await portal.eventStore.append(stream, [newer, second!], revision);
  return second!.id;
}
