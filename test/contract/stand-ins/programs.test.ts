import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../support/listen.js';

const folder = mkdtempSync(path.join(tmpdir(), 'stand-ins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ['eventstoredb', 'extensiv', 'stripe', 'delivery', 'mail'];

describe.each(names)('%s as a program', (name) => {
  it('tells of its options', async () => {
    const { code, stdout, stderr } = await run(name, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}--host <address> .*\(default: "127\.0\.0\.1"\)$/m);
    expect(stdout).toMatch(/^ {2}--(smtp-)?port <number> .*\(default: \d+\)$/m);
    expect(stdout).toMatch(/^ {2}--data <folder> /m);
  });

  it('refuses an option that it does not know', async () => {
    const { code, stderr } = await run(name, '--colour', 'red');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: unknown option '--colour'\n.* --help shows the options\n$/);
  });

  it('refuses a port that is none', async () => {
    const option = name === 'mail' ? '--smtp-port' : '--port';
    const { code, stderr } = await run(name, option, 'many');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: option '--(smtp-)?port <number>' argument 'many' is invalid\. .+\n.+\n$/);
  });
});

it.each(['--port=', '--port=-1', '--port=1.5', '--port=65536', '--skus=many', '--seed=Infinity'])(
  'refuses %s',
  async (option) => {
    const { code, stderr } = await run('extensiv', option);
    expect(code).toBe(2);
    expect(stderr).toMatch(/ is invalid\. (It must be a number, not below 0|A port is a whole number up to 65535)\.\n/);
  },
);

it('says why it cannot start', async () => {
  const taken = await listen(createServer());
  const { code, stderr } = await run('stripe', '--port', String(taken.port));
  await taken.close();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^stripe cannot start: .*EADDRINUSE.*\n$/);
});

describe('what the portal needs', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  it.each([
    ['eventstoredb', ['--port=0', `--data=${folder}`], 'EVENTSTORE_URL=<address>'],
    [
      'extensiv',
      ['--port=0', '--client-secret=-other'],
      'EXTENSIV_BASE_URL=<address> EXTENSIV_CLIENT_ID=portal EXTENSIV_CLIENT_SECRET=-other',
    ],
    [
      'stripe',
      ['--port=0', '--secret-key=sk_test_other'],
      'STRIPE_API_BASE=<address> STRIPE_SECRET_KEY=sk_test_other STRIPE_WEBHOOK_SECRET=whsec_embedded',
    ],
    ['delivery', ['--port=0'], 'DELIVERY_PARTNER_URL=<address>'],
  ])('%s says it behind its address', async (name, options, settings) => {
    const lines = linesOf(name, options, {});
    const ready = String((await lines.next()).value);
    expect(ready).toMatch(new RegExp(`^${name} ready (http|esdb)://127\\.0\\.0\\.1:\\d+`));
    const address = ready.slice(`${name} ready `.length);
    expect((await lines.next()).value).toBe(`the portal needs ${settings.replace('<address>', address)}`);
  });

  it('is said by nobody whom the launcher started', async () => {
    const lines = linesOf('stripe', ['--port=0'], { PORTAL_PARENT_PID: String(process.pid) });
    expect((await lines.next()).value).toMatch(/^stripe ready /);
    for (const child of started) child.kill('SIGTERM');
    expect(await lines.next()).toEqual({ done: true, value: undefined });
  });

  function linesOf(name: string, options: string[], env: Record<string, string>): AsyncIterator<string> {
    const child = spawn(process.execPath, [program(name), ...options], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    return createInterface(child.stdout)[Symbol.asyncIterator]();
  }
});

function program(name: string): string {
  return path.resolve(`dist/embedded/${name}/main.js`);
}

function run(name: string, ...options: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program(name), ...options], (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}
