import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portalCli } from '../../support/cli.js';
import { type Placed, pay, place, startPortal, type TestPortal, untilEvent } from '../../support/portal.js';

let portal: TestPortal;
let order: Placed['order'];
const email = 'grace@example.com';

beforeAll(async () => {
  portal = await startPortal();
  const placed = await place(portal, { email, quantity: 2 });
  order = placed.order;
  await pay(portal, placed);
  await untilEvent(portal, order.id, 'OrderExported');
  const refund = await portal.api('POST', `/api/v1/orders/${order.id}/refunds`, { amount: 100, reason: 'late' });
  expect(refund.status).toBe(200);
  await untilEvent(portal, order.id, 'PayoutsReversed');
}, 120_000);
afterAll(() => portal?.stop());

const cli = (...args: string[]) => portalCli([...args, '--data-dir', portal.stack.dataDir]);
const folder = (name: string) => path.join(portal.stack.dataDir, name);

describe('to people the CLI tells', () => {
  it('an order: its facts, its lines and who gets the money', async () => {
    const { stdout } = await cli('order', 'show', order.orderNumber);
    expect(stdout).toMatch(/^refunded +1\.00 USD$/m);
    expect(stdout).toMatch(/^customer +.*, grace@example\.com, /m);
    expect(stdout).toMatch(new RegExp(`^${order.lineItems[0]?.sku} .* 2 +[\\d.]+ +[\\d.]+$`, 'm'));
    expect(stdout).toMatch(/^payout to +gross +brand share +platform share$/m);
  });

  it('what changed in it, field by field', async () => {
    const { stdout } = await cli('order', 'diff', order.orderNumber);
    expect(stdout).toMatch(/^status +awaiting_payment +exported$/m);
    expect(stdout).toMatch(/^paidAt +- +20/m);
    expect(stdout).toMatch(/^payouts\.entries\[0\] +- +brandId .*, gross \d+, brandShare \d+, platformShare \d+$/m);
    expect((await cli('order', 'diff', order.id, '--from', '1', '--to', '1')).stdout).toContain('Nothing changed.');
  });

  it('what an order was made of, and a mail about it', async () => {
    const traced = await cli('trace', 'order', order.orderNumber);
    expect(traced.stdout).toContain(`order ${order.orderNumber}, exported, placed `);
    expect(traced.stdout).toMatch(new RegExp(` ${order.lineItems[0]?.sku} .* 2 `));
    const html = folder('mail.html');
    const { stdout } = await cli('mail', 'preview', 'shipped', '--order', order.id, '--out', html);
    expect(stdout).toContain(`Your order ${order.orderNumber} is on its way`);
    expect(await readFile(html, 'utf8')).toContain(order.orderNumber);
  });

  it('what it has exported, and that nothing was altered', async () => {
    expect((await cli('audit', 'seal')).stdout).toMatch(/^\d+ events sealed\.$/m);
    const file = folder('events.jsonl');
    const exported = await cli('audit', 'export', '--out', file);
    expect(exported.stdout).toMatch(/^\d+ events in \d+ streams$/m);
    expect(exported.stdout).toMatch(/^[0-9a-f]{64} {2}events\.jsonl \(\d+ bytes\)$/m);
    expect(exported.stdout).toMatch(/^signed by /m);
    const verified = await cli('audit', 'verify');
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('Everything is as it was recorded.') });
    const dossier = folder('dossier');
    expect((await cli('audit', 'dossier', order.id, '--out', dossier)).stdout).toMatch(/^Hash chain +yes /m);
    expect((await cli('audit', 'dossier', '--check', dossier)).stdout).toContain('Everything is as it was written.');
  });

  it('which row is not what the events say', async () => {
    await portal.sql(`update "read".orders set status = 'delivered' where order_id = $1`, [order.id]);
    const verified = await cli('audit', 'verify');
    expect(verified.code).toBe(1);
    expect(verified.stdout).toMatch(new RegExp(`^1 finding\\nwhere .*\\nread\\.orders ${order.id} +differs `, 'm'));
    const rebuilt = await cli('projections', 'rebuild', 'orders');
    expect(rebuilt.stdout).toMatch(/^orders +2 +\d+ +1 +1 +yes /m);
  });

  it('a sync, the webhooks and a comparison with the warehouse', async () => {
    expect((await cli('inventory', 'sync', '--wait')).stdout).toMatch(/^\d+ items in [\d.]+ s: 0 new, \d+ changed, /m);
    expect((await cli('inventory', 'sync')).stdout).toMatch(/^The sync [0-9a-f-]{36} is requested\.$/m);
    expect((await cli('webhooks', 'list')).stdout).toMatch(
      new RegExp(`^evt_\\w+ +payment_intent\\.succeeded +processed +${order.id} `, 'm'),
    );
    expect(await cli('reconcile')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 order here, 1 in the'),
    });
  });

  it('what the warehouse has lost, until it is repaired', async () => {
    const { body } = await portal.api<{ extensivOrderId: string }>('GET', `/api/v1/orders/${order.id}`);
    await portal.wms('DELETE', `/orders/${body.extensivOrderId}`);
    for (const args of [[], ['--repair', 'status']]) {
      const lost = await cli('reconcile', ...args);
      expect(lost, args.join(' ')).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('does not know the order'),
      });
    }
    const repaired = await cli('reconcile', '--repair', 'missing-there');
    expect(repaired.code).toBe(0);
    expect(repaired.stdout).toMatch(new RegExp(`^repaired .*\\n${order.orderNumber} +missing-there +\\w`, 'm'));
  });

  it('whose data it keeps, and what it has erased', async () => {
    const kept = await cli('privacy', 'show', email);
    expect(kept.stdout).toMatch(new RegExp(`^${order.orderNumber} +${order.id} +exported +-$`, 'm'));
    expect((await cli('privacy', 'status')).stdout).toMatch(/^in use +1$/m);
    expect((await cli('privacy', 'rotate-master-key')).stdout).toBe(
      '0 keys wrapped anew; all are under the first master key.\n',
    );
    const erase = (...more: string[]) => cli('privacy', 'erase', email, '--reason', 'request 7', '--yes', ...more);
    const refused = await erase();
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('these orders are not final')]);
    const erased = await erase('--force');
    expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining('Orders that show "erased": 1') });
    expect(await erase()).toMatchObject({ code: 1, stdout: expect.stringContaining('there is nothing to erase') });
  });
});
