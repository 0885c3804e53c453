import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partNames } from '../../../embedded/stack/index.js';
import type { OrderView, ProductView } from '../../../src/projections/views.js';
import { portalCli } from '../../support/cli.js';
import { call, control } from '../../support/json-http.js';
import { type OperatorShell, openOperatorShell } from '../../support/operator-shell.js';
import { orderBody } from '../../support/orders.js';
import type { Placed } from '../../support/portal.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { allPages, blocks } from '../../unit/docs/pages.js';

/** What starts programs or belongs to another machine, and the one block that asks readers for their own names. */
const notForHere = /^(?:\w+=\S+ )*(?:npm (?:ci|start|test|run (?!.*portal -- ))|node dist|docker|token=…)/m;

/** Back-ups have a test of their own, with the disasters that they are for; those of the README as well. */
const pages = allPages().filter(({ file }) => file.startsWith('docs/') && !file.endsWith('backup.md'));

const shown = pages.flatMap((page) =>
  blocks(page, 'bash')
    .filter((block) => !notForHere.test(block))
    .map((block) => [page.file, block.replaceAll(/^#.*\n|\\\n */gm, '').split('\n')[0], block] as const),
);

/** What mends what is not broken here, and what fails whenever it finds something, such as a slow answer. */
const mayBeRefused = [
  /^portal effects (retry|discard) notify:/,
  /^portal reconcile (not-there|close) /,
  /^portal projections (retry|skip) orders /,
  /^portal privacy erase /,
  /^curl .*\/(export\/retry|cancel)$/,
  /^portal (doctor|reconcile|reconcile --repair all|audit verify)$/,
];

describe('commands that the guides show', () => {
  let stack: TestStack;
  let shell: OperatorShell;
  let folder: string;
  let token: string;
  let values: [string, string][];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'portal-operator-'));
    stack = await startTestStack(partNames, {
      env: { AUTH_MODE: 'token', LOG_DIR: path.join(folder, 'logs'), STATUS_POLL_INTERVAL_SECONDS: '1' },
    });
    shell = await openOperatorShell(folder, stack.env);
    token = (await portal('keys', 'create', '--role', 'operator')).token;
    values = await filledIn();
  }, 120_000);

  afterAll(async () => {
    await shell?.close();
    await stack?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function portal(...args: string[]) {
    return (await portalCli([...args, '--json', '--data-dir', stack.dataDir])).json();
  }

  async function api<Body>(method: string, url: string, body?: unknown): Promise<Body> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await call<Body>(method, `${stack.urls.portal}/api/v1${url}`, body, headers);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  }

  /** Makes orders of the example customer's, one of them exported. @returns what readers fill in, by what stands for it */
  async function filledIn(): Promise<[string, string][]> {
    const product = await until('there are products', async () => {
      const { items } = await api<{ items: ProductView[] }>('GET', '/products?sort=-stock&limit=100');
      return items.find(({ batchNumber }) => batchNumber !== null);
    });
    await control({ url: stack.urls.extensiv ?? '' }, 'POST', '/clock', { paused: true });
    const body = { ...orderBody(), lineItems: [{ sku: product.sku, quantity: 20 }] };
    const unpaid = await api<Placed>('POST', '/orders', body);
    const { order, payment } = await api<Placed>('POST', '/orders', body);
    await control({ url: stack.urls.stripe ?? '' }, 'POST', `/payment_intents/${payment.paymentIntentId}/pay`, {});
    const exported = await until('the order is exported', async () => {
      const view = await api<OrderView>('GET', `/orders/${order.id}`);
      return view.extensivOrderId === null ? undefined : view;
    });
    const { events } = await api<{ events: { correlationId: string }[] }>('GET', `/orders/${order.id}/history`);
    const { webhooks } = await portal('webhooks', 'list');
    const { last: seal } = await portal('audit', 'seal');
    return Object.entries({
      'THE-CORRELATION-ID': events[0]?.correlationId,
      ORDER_ID: order.id,
      ORDER_NUMBER: order.orderNumber,
      'VL-7K3M-9QXT-2WCD': order.orderNumber,
      'order-1f0c': `order-${order.id}`,
      'EXT-1042': exported.extensivOrderId,
      'EXT-100001': exported.extensivOrderId,
      PAYMENT_INTENT_ID: unpaid.payment.paymentIntentId,
      EVENT_ID: webhooks[0]?.eventId,
      'VTH-2026-014': product.batchNumber,
      '4be1…': seal.digest,
      // At a terminal it asks for it.
      'privacy erase': 'privacy erase --yes',
      'http://127.0.0.1:3001': stack.urls.portal,
      'http://127.0.0.1:4010': stack.urls.extensiv,
      'http://127.0.0.1:4020': stack.urls.stripe,
      'http://127.0.0.1:8025': stack.urls.mailPage,
    }).map(([name, value]) => [name, value ?? expect.fail(`nothing to fill in for ${name}`)]);
  }

  it.each(shown)('%s: %s', async (_file, _command, block) => {
    const script = values.reduce((text, [name, value]) => text.replaceAll(name, value), block);
    const { code, output, refused } = await shell.run(`portal=${stack.urls.portal}\ntoken=${token}\n${script}`);
    expect(code, output).toBe(0);
    expect(
      refused.filter((command) => !mayBeRefused.some((pattern) => pattern.test(command))),
      output,
    ).toEqual([]);
  });
});
