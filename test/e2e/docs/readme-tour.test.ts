import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderView } from '../../../src/projections/views.js';
import { moveInWarehouse, startPortal, type TestPortal, untilEvent } from '../../support/portal.js';
import { bareEnvironment } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { blocks, read, root } from '../../unit/docs/pages.js';

let portal: TestPortal;

beforeAll(async () => {
  portal = await startPortal(settingsOfTour());
}, 120_000);

afterAll(() => portal?.stop());

/** What the README starts the portal with: polled more slowly, an order can pass a step unseen, and its mail. */
function settingsOfTour(): NodeJS.ProcessEnv {
  const [, name = '', value] = /^(STATUS_POLL_INTERVAL_SECONDS)=(\d+) npm start$/m.exec(read('README.md')) ?? [];
  return { [name]: value };
}

/** The tour's commands with the addresses of this stack. "Ask again" is for people; the script asks until it is so. */
function tour(): string {
  const commands = blocks({ file: 'README.md', text: read('README.md') }, 'bash').find((block) =>
    block.includes('docs/examples/test-order.json'),
  );
  const [placed, followed] = (commands ?? '').split(/^# Ask again .*$/m);
  const asked = /curl .*json \.status/.exec(followed ?? '')?.[0];
  const wait = `until [ "$(${asked})" = delivered ]; do sleep 0.5; done`;
  return [placed, wait, followed]
    .join('\n')
    .replaceAll('http://127.0.0.1:3001', portal.stack.urls.portal ?? '')
    .replaceAll('http://127.0.0.1:4020', portal.stack.urls.stripe ?? '');
}

async function bash(script: string): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    // Nothing of who runs the tests: Node.js paints what it shows where FORCE_COLOR is set.
    env: bareEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, 'close');
  expect(code, output).toBe(0);
  return output;
}

/** Takes the tour's order to the door, each step once the portal has seen the one before, and has done what it asks for. */
async function fulfil(): Promise<void> {
  const { id, orderNumber } = await until('the order is exported', async () => {
    const { body } = await portal.api<{ items: OrderView[] }>('GET', '/api/v1/orders');
    return body.items.find(({ status }) => status === 'exported');
  });
  for (const status of ['picking', 'packed', 'shipped', 'delivered'] as const) {
    await moveInWarehouse(portal, orderNumber, status);
    await untilEvent(portal, id, 'StatusChanged', { where: { to: status } });
    if (status === 'packed') await untilEvent(portal, id, 'DeliveryScheduled');
  }
  for (const kind of ['order-confirmation', 'shipped', 'delivered']) {
    await untilEvent(portal, id, 'NotificationSent', { where: { kind } });
  }
}

test('the five minutes of the README work as written', async () => {
  const [output] = await Promise.all([bash(tour()), fulfil()]);
  expect(output).toContain('"brand":"VitalHemp"');
  expect(output).toContain('succeeded');
  expect(output).toContain('delivered');
  expect(output).toMatch(/brandTotal: \d+,\s+platformTotal: \d+/);
  expect(output).toMatch(/'OrderPlaced',[\s\S]*'ExportAttempted',[\s\S]*'OrderExported'[\s\S]*'DeliveryScheduled'/);

  const answer = await fetch(`${portal.stack.urls.mailPage}/api/messages?view=list`);
  const { items } = (await answer.json()) as { items: { subject: string }[] };
  const subjects = items.map(({ subject }) => subject.replace(/^Your order \S+ /, '')).sort();
  expect(subjects).toEqual(['has been delivered', 'is confirmed', 'is on its way']);
});
