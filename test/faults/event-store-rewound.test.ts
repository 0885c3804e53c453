import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portalCli } from '../support/cli.js';
import { openEvents } from '../support/event-source.js';
import {
  createRequests,
  mailsTo,
  type Placed,
  pay,
  place,
  startPortal,
  type TestPortal,
  typesOf,
  untilEvent,
} from '../support/portal.js';
import { expectReadModelsToEqualStreams } from '../support/truth.js';
import { until } from '../support/until.js';

let portal: TestPortal;
const backup = mkdtempSync(path.join(tmpdir(), 'older-copy-'));
beforeAll(async () => {
  portal = await startPortal({ ADMIN_EMAIL: 'operators@example.com' }, { programs: ['eventstoredb'] });
}, 120_000);
afterAll(async () => {
  await portal?.stop();
  rmSync(backup, { recursive: true, force: true });
});

const cli = (...args: string[]) => portalCli(args, portal.stack.env);
const folder = () => path.join(portal.stack.dataDir, 'eventstoredb');
const owed = () =>
  portal.sql<{ key: string }>(`select key from portal.effects where status = 'open' and due_at is null`);

async function whileStoreIsDown(work: () => void): Promise<void> {
  await portal.stack.kill('eventstoredb');
  work();
  await portal.stack.start('eventstoredb');
}

async function sold(email: string, pick: number): Promise<Placed> {
  const placed = await place(portal, { email, pick, deliveryMethod: 'pickup' });
  await pay(portal, placed);
  await untilEvent(portal, placed.order.id, 'OrderExported');
  await until('nothing is owed', async () => (await owed()).length === 0);
  return placed;
}

it('an event store that is older than what was read from it is told, and nothing acts until it is read again', {
  timeout: 180_000,
}, async () => {
  const kept = await sold('kept@example.com', 0);
  await whileStoreIsDown(() => cpSync(folder(), backup, { recursive: true }));
  await until('the portal follows', async () => (await portal.api('GET', '/readyz')).status === 200);
  const reader = await openEvents(`${portal.stack.urls.portal}/api/v1/events`);
  const lost = await sold('lost@example.com', 1);
  const { length: mails } = await mailsTo(portal, 'lost@example.com');

  await whileStoreIsDown(() => {
    rmSync(folder(), { recursive: true });
    cpSync(backup, folder(), { recursive: true });
  });
  const readiness = () => portal.api<{ checks: { name: string; ok: boolean; detail: string }[] }>('GET', '/readyz');
  await until('the portal is not ready', async () => {
    const { status, body } = await readiness();
    return status === 503 && body.checks.some(({ name, ok }) => name === 'event log' && !ok);
  });
  await until('operators are told', async () =>
    (await mailsTo(portal, 'operators@example.com')).some(({ subject }) => /lacks what was read/.test(subject)),
  );
  // Whoever orders now is not forgotten: it is projected, and acted on, once everything has been read again.
  const later = await place(portal, { email: 'later@example.com', pick: 2, deliveryMethod: 'pickup' });
  await pay(portal, later);
  await until('the webhook is stored', async () => (await owed()).some(({ key }) => key.startsWith('webhook:')));
  const audit = await cli('audit', 'verify', '--json');
  expect(audit.json().findings).toContainEqual(expect.objectContaining({ what: 'truncated', reason: 'read' }));
  expect(await typesOf(portal, later.order.id)).not.toContain('OrderPaid');

  expect(await cli('projections', 'reread', '--reason', 'restored')).toMatchObject({ code: 0 });
  await untilEvent(portal, later.order.id, 'OrderExported');
  await until('the portal is ready', async () => (await readiness()).status === 200);
  await until('nothing is owed', async () => (await owed()).length === 0);
  await expectReadModelsToEqualStreams(portal);
  expect((await portal.api('GET', `/api/v1/orders/${lost.order.id}`)).status).toBe(404);
  for (const { order } of [kept, lost, later]) {
    expect(await createRequests(portal, order.orderNumber)).toHaveLength(1);
  }
  expect(await mailsTo(portal, 'lost@example.com')).toHaveLength(mails);
  expect(await mailsTo(portal, 'kept@example.com')).toHaveLength(1);
  await until('who follows the changes is told to read anew, and of what came then', async () => {
    const began = reader.events.findIndex(({ event }) => event === 'reset');
    const since = began < 0 ? [] : reader.events.slice(began);
    const revision = (await typesOf(portal, later.order.id)).length - 1;
    return since.some(({ data }) => data.id === later.order.id && data.revision === revision);
  });
  reader.leave();
  expect(await cli('projections', 'reread', '--reason', 'again')).toMatchObject({ code: 1 });
});
