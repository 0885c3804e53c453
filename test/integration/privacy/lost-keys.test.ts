import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../../src/adapters/telemetry/logger.js';
import { findLostKeys, giveUpLostKeys } from '../../../src/commands/lost-keys.js';
import { compose } from '../../../src/compose.js';
import { loadConfig } from '../../../src/config.js';
import type { OrderView } from '../../../src/projections/views.js';
import { portalCli } from '../../support/cli.js';
import { type Placed, pay, place, startPortal, streamOf, type TestPortal, untilEvent } from '../../support/portal.js';
import { until } from '../../support/until.js';

/** More than projections park at once. */
const customers = 12;
/** A rebuild that the lost keys have stopped is repeated after half a minute. */
const twoRepairsMs = 75_000;
let portal: TestPortal;
let placed: Placed[];
beforeAll(async () => {
  portal = await startPortal();
  placed = [];
  for (let n = 0; n < customers; n += 1) placed.push(await place(portal, { email: `lost-${n}@example.com` }));
}, 120_000);
afterAll(() => portal?.stop());

const cli = (...args: string[]) => portalCli([...args, '--data-dir', portal.stack.dataDir]);
const orders = async () =>
  Promise.all(
    placed.map(async ({ order }) => (await portal.api<Partial<OrderView>>('GET', `/api/v1/orders/${order.id}`)).body),
  );

it('a key that is back when it is to be given up is not destroyed', async () => {
  const operator = compose(loadConfig(portal.stack.env), createLogger({ level: 'silent', dir: null, pretty: false }));
  try {
    await portal.sql('create table kept as select * from portal.personal_keys');
    await portal.sql('delete from portal.personal_keys');
    const lost = await findLostKeys(operator, () => undefined);
    expect(lost).toHaveLength(customers);
    await portal.sql('insert into portal.personal_keys select * from kept');
    const context = { correlationId: 'c', causationId: 'c', actor: 'operator:test' };
    expect(await giveUpLostKeys(operator, lost, 'no back-up', context)).toEqual([]);
    expect(await findLostKeys(operator, () => undefined)).toEqual([]);
    for (const { customer, erasedAt } of await orders()) {
      expect([customer?.name, erasedAt]).toEqual(['Ada Byron', null]);
    }
  } finally {
    await operator.close();
  }
});

it('keys that will never be back are given up: their orders show "erased", and everything goes on', async () => {
  expect(await cli('privacy', 'lost')).toMatchObject({ code: 0, stdout: 'No key is lost.\n' });
  const quoting = () => portal.sql(`select event_id from portal.webhooks where payload::text like '%@example.com%'`);
  await pay(portal, placed[0]!);
  await untilEvent(portal, placed[0]!.order.id, 'OrderPaid');
  expect(await quoting()).not.toEqual([]);
  // Damaged, they are as good as lost, and keep their customers from new orders.
  await portal.sql(`update portal.personal_keys set wrapped = '\\x00'`);
  const again = place(portal, { email: 'lost-1@example.com' });
  await expect(again).rejects.toThrow(/500 .*"code":"history-unreadable"/);
  await portal.sql('delete from portal.personal_keys');
  await portal.sql('drop schema "read" cascade');
  const { keys } = (await cli('privacy', 'lost', '--json')).json();
  expect(keys).toHaveLength(customers);
  expect(await cli('privacy', 'lost', '--give-up')).toMatchObject({ code: 2 });

  expect(await cli('privacy', 'lost', '--give-up', '--reason', 'no back-up')).toMatchObject({ code: 0 });
  expect(await cli('privacy', 'lost')).toMatchObject({ code: 0 });
  expect(await quoting()).toEqual([]);
  const isBack = async () => {
    const { parked } = (await cli('projections', 'parked', '--json')).json();
    for (const { projection, stream } of parked) await cli('projections', 'retry', projection, stream);
    const { status } = await portal.api('GET', '/readyz');
    return status === 200 && parked.length === 0 && (await orders()).every(({ erasedAt }) => erasedAt);
  };
  await until('everything is there again', isBack, twoRepairsMs);
  for (const { customer } of await orders()) expect(customer).toMatchObject({ name: 'erased', email: 'erased' });
  const events = await streamOf(portal, placed[0]!.order.id);
  expect(events.at(-1)).toMatchObject({
    type: 'CustomerDataErased',
    metadata: { actor: expect.stringMatching(/^operator:/) },
  });
  const report = (await cli('audit', 'verify', '--json')).json();
  expect(report).toMatchObject({ findings: [], rows: { personal_keys: customers } });
}, 120_000);
