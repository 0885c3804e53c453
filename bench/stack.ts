import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type PartName, type Stack, startStack } from '../embedded/stack/index.js';

/**
 * Runs `work` beside some servers of its own, on free ports and in a temporary folder; all is gone afterwards.
 *
 * @param servers all parts without `parts`; `seed` fills the event store before it starts
 */
export async function withStack<Value>(
  servers: {
    parts?: readonly PartName[];
    env?: Readonly<Record<string, string>>;
    seed?: (eventStoreFolder: string) => Promise<unknown>;
  },
  work: (stack: Stack) => Promise<Value>,
): Promise<Value> {
  const { parts, env, seed } = servers;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-'));
  try {
    await seed?.(path.join(dataDir, 'eventstoredb'));
    const stack = await startStack({
      dataDir,
      ports: 'free',
      ...(parts ? { parts } : {}),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    try {
      return await work(stack);
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What a portal needs to start, and nobody here asks for. */
export const elsewhere = {
  EXTENSIV_BASE_URL: 'http://127.0.0.1:1',
  EXTENSIV_CLIENT_ID: 'unused',
  EXTENSIV_CLIENT_SECRET: 'unused',
  STRIPE_SECRET_KEY: 'unused',
  STRIPE_WEBHOOK_SECRET: 'unused',
  SMTP_URL: 'smtp://127.0.0.1:1',
  ADMIN_EMAIL: 'ops@example.com',
  DELIVERY_PARTNER_URL: 'http://127.0.0.1:1',
  AUTH_MODE: 'open',
  LOG_DIR: 'none',
};

/** Does one task of `store-process.ts` in a process of its own. @returns what it reported */
export function storeProcess({ env }: Stack, ...task: string[]): Promise<StoreReport> {
  return reportOf<StoreReport>('store-process.js', task, env);
}

/** Runs a program of this folder. @returns the JSON of its last line */
export async function reportOf<Report>(program: string, task: string[], env: NodeJS.ProcessEnv): Promise<Report> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file, ...task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...elsewhere, ...env },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${program} ${task.join(' ')} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Report;
}

/** What a task measured. */
export interface StoreReport {
  readonly events: number;
  readonly ms: number;
  /** Processor time of the process that did it, servers not counted. Other work on the machine hardly shows in it. */
  readonly cpuMs: number;
  readonly peakResidentMiB: number;
}

/** Events per second. */
export function perSecond({ events, ms }: StoreReport): number {
  return (events * 1000) / ms;
}

/** Events per second of processor time. */
export function perCpuSecond({ events, cpuMs }: StoreReport): number {
  return (events * 1000) / cpuMs;
}
