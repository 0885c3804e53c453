import { expect, it } from 'vitest';
import { inventoryCommands } from '../../../src/cli/commands/inventory.js';
import { privacyCommands } from '../../../src/cli/commands/privacy.js';
import { traceCommands } from '../../../src/cli/commands/trace.js';
import type { PersonsOrder } from '../../../src/commands/erase-personal-data.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import type { LotOrder, SyncView } from '../../../src/projections/views.js';
import { commandOf } from '../../support/cli.js';

/** What a command does with answers that a real portal seldom gives. */

const run: SyncView = {
  syncId: 's1',
  status: 'completed',
  trigger: 'manual',
  startedAt: '2026-03-01T09:00:00.000Z',
  completedAt: '2026-03-01T09:00:02.000Z',
  received: 3,
  created: 1,
  changed: 2,
  delisted: 0,
  rejected: [{ index: 1, sku: 'HEMP-1', reason: 'no price' }],
  durationMs: 1_500,
};

async function synced(args: readonly string[], answers: (SyncView | null)[] = []) {
  const asked: unknown[] = [];
  const steps = [
    { syncId: 'other', phase: 'apply', done: 9, total: 10 },
    { syncId: 's1', phase: 'download', done: 1, total: 4 },
    { syncId: 's1', phase: 'apply', done: 1, total: 2 },
  ];
  const parts = {
    useCases: { syncInventory: async (request: unknown) => ({ syncId: 's1', asked: asked.push(request) }) },
    projections: { queries: { sync: async () => answers.shift() } },
    syncProgress: { read: async () => steps.splice(0, 1)[0] },
  };
  return { ...(await commandOf(inventoryCommands, parts, ['inventory', 'sync', ...args])), asked };
}

it('a sync is waited for until it has ended, and how far it is is shown', async () => {
  const running: SyncView = { ...run, status: 'running', durationMs: null };
  const { code, stdout, stderr } = await synced(['--wait'], [null, running, running, run]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^3 items in 1\.5 s: 1 new, 2 changed, 0 delisted, 1 rejected\n.*\nHEMP-1 +1 +no price\n$/);
  expect(stderr.match(/\d+ %/g), 'downloading is the first half').toEqual(['12 %', '75 %']);
  expect(stderr, 'somebody has begun it').not.toContain('no worker');
  expect(stderr.endsWith('\r\u001b[K'), 'the bar is taken away').toBe(true);
});

it('a sync that has failed says why, and is an error', async () => {
  const failed: SyncView = { ...run, status: 'failed', error: 'the warehouse is away', rejected: [] };
  expect(await synced(['--wait'], [failed])).toMatchObject({
    code: 1,
    stdout: 'The sync failed: the warehouse is away\n',
  });
});

it.each([
  [['--force'], true],
  [[], false],
])('a sync is asked for with %j', async (args, force) => {
  const { code, asked } = await synced(args);
  expect([code, asked]).toEqual([0, [{ force, wait: false, trigger: 'manual' }]]);
});

async function traced(pages: readonly (readonly LotOrder[])[]) {
  const cursors: unknown[] = [];
  const lot = async (batchNumber: string, { cursor }: { cursor?: string }) => {
    const page = cursors.push(cursor);
    const nextCursor = page < pages.length ? `page ${page + 1}` : null;
    return { batchNumber, products: [], orders: pages[page - 1], nextCursor };
  };
  const { stdout } = await commandOf(traceCommands, { projections: { queries: { lot } } }, ['trace', 'lot', 'L-1']);
  return { stdout, cursors };
}

it('a lot is traced to every order, however many pages they fill', async () => {
  const order: LotOrder = {
    orderId: asOrderId('o1'),
    orderNumber: 'VL-1',
    status: 'delivered',
    placedAt: '2026-03-01T09:00:00.000Z',
    batchNumber: 'L-1',
    sku: asSku('HEMP-1'),
    name: 'Tincture',
    coaLink: null,
    quantity: 2,
    customerId: null,
    customer: { name: 'Ada Byron', email: 'ada@example.com', phone: '', companyName: '' },
  };
  const { stdout, cursors } = await traced([
    [order],
    [{ ...order, orderNumber: 'VL-2' }],
    [{ ...order, orderId: asOrderId('o3'), orderNumber: null }],
  ]);
  expect([...stdout.matchAll(/^(\S+) +2026-03-01/gm)].map(([, first]) => first)).toEqual(['VL-1', 'VL-2', 'o3']);
  expect(cursors).toEqual([undefined, 'page 2', 'page 3']);
  expect((await traced([[]])).stdout).toContain('No order was sold under it.');
});

it('what else names a customer is told apart: orders of others, and orders in plain text', async () => {
  const order = (n: number, keyId: string | null): PersonsOrder => {
    return { orderId: asOrderId(`o${n}`), orderNumber: `VL-${n}`, status: 'delivered', customerId: null, keyId };
  };
  const show = (keys: string[]) => {
    const records = {
      ofKeys: async (ids: string[]) => ids.map((id) => order(1, id)),
      naming: async () => [order(1, 'k1'), order(2, 'k2'), order(3, null), order(4, null)],
    };
    const ofSubjects = async () => keys.map((id) => ({ id, createdAt: '2026-03-01T09:00:00.000Z', retiredAt: null }));
    const parts = { erasure: { keys: { ofSubjects }, records } };
    return commandOf(privacyCommands, parts, ['privacy', 'show', 'ada@example.com']);
  };
  const { code, stdout, stderr } = await show(['k1']);
  expect(code).toBe(0);
  expect([...stdout.matchAll(/^VL-\d/gm)].map(String)).toEqual(['VL-1', 'VL-2', 'VL-3', 'VL-4']);
  expect(stderr).toMatch(
    /^.*Orders of others that name this customer too.*: 1\S*\n.*recorded in plain text.*: 2\S*\n$/,
  );
  expect(await show([])).toMatchObject({ code: 1, stdout: expect.stringContaining('No key is of this customer.') });
});
