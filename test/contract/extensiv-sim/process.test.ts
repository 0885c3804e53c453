import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startExtensivSim } from '../../../embedded/extensiv/sim.js';
import { fetchToken, send, wireOrder } from './support.js';

const knownSku = 'VTH-HON-0001';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'extensiv-sim-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the state', () => {
  async function visit<Result>(
    work: (ask: (method: string, route: string, body?: unknown) => ReturnType<typeof send>) => Promise<Result>,
  ) {
    const sim = await startExtensivSim({ dataDir: folder, skus: 20 });
    await send(sim.url, 'POST', '/control/clock', { paused: true });
    const authorization = `Bearer ${await fetchToken(sim.url)}`;
    try {
      return await work((method, route, body) => send(sim.url, method, route, body, { authorization }));
    } finally {
      await sim.close();
    }
  }

  it('outlives the process: orders, stock, and ids that are never used twice', async () => {
    const before = await visit(async (ask) => {
      await ask('POST', '/api/v1/orders', wireOrder('VL-1', [{ sku: knownSku, quantity: 2 }]));
      await ask('POST', '/api/v1/orders', wireOrder('VL-2', [{ sku: knownSku, quantity: 1 }]));
      await ask('POST', '/control/orders/EXT-100001/advance', { to: 'shipped' });
      await ask('DELETE', '/control/orders/EXT-100002');
      await ask('PUT', '/control/inventory/NEW-1', { quantity: 3, price: '4.00' });
      await ask('DELETE', '/control/inventory/GMB-OIL-0002');
      await ask('POST', '/control/inventory/raw', [{ broken: true }]);
      return { order: await ask('GET', '/api/v1/orders/EXT-100001'), list: await ask('GET', '/api/v1/inventory') };
    });
    for (let restart = 0; restart < 2; restart += 1) {
      await visit(async (ask) => {
        expect((await ask('GET', '/api/v1/orders/EXT-100001')).body).toEqual(before.order.body);
        expect((await ask('GET', '/api/v1/inventory')).body).toEqual(before.list.body);
      });
    }
    await visit(async (ask) => {
      const { body } = await ask('POST', '/api/v1/orders', wireOrder('VL-3', [{ sku: knownSku, quantity: 1 }]));
      expect(body.id).toBe('EXT-100003');
      expect((await ask('POST', '/api/v1/orders', wireOrder('VL-1', [{ sku: knownSku, quantity: 1 }]))).status).toBe(
        409,
      );
    });
  });

  it('bears a last line that was being written when the process died', async () => {
    await visit((ask) => ask('POST', '/api/v1/orders', wireOrder('VL-1', [{ sku: knownSku, quantity: 2 }])));
    writeFileSync(path.join(folder, 'warehouse.jsonl'), '{"kind":"order","order":{"id":"EXT-1000', { flag: 'a' });
    await visit(async (ask) => {
      expect((await ask('GET', '/api/v1/orders')).body.total).toBe(1);
      await ask('POST', '/api/v1/orders', wireOrder('VL-2', [{ sku: knownSku, quantity: 2 }]));
    });
    await visit(async (ask) => expect((await ask('GET', '/api/v1/orders')).body.total).toBe(2));
  });
});

describe('the program', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  async function start(args: string[], env: Record<string, string> = {}) {
    const program = path.resolve('dist/embedded/extensiv/main.js');
    const child = spawn(process.execPath, [program, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    started.push(child);
    const [line] = await once(createInterface(child.stdout), 'line');
    const url = /^extensiv ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(String(line))?.[1];
    return { child, url: url ?? expect.fail(`printed ${line}`), exited: once(child, 'exit') };
  }

  it('says where it listens, serves, and ends on SIGTERM', async () => {
    const { child, url, exited } = await start(['--data', folder, '--client-secret', 'other', '--skus', '7']);
    const authorization = `Bearer ${await fetchToken(url, 'other')}`;
    expect((await send(url, 'GET', '/api/v1/inventory', undefined, { authorization })).body.total).toBe(7);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('ends when the process that started it is gone', async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const { exited } = await start([], { PORTAL_PARENT_PID: String(parent.pid) });
    parent.kill('SIGKILL');
    expect(await exited).toEqual([0, null]);
  });
});
