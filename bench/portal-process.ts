import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A process of the portal on the stores of an installation that runs. */
export interface PortalProcess {
  readonly base: string;
  stop(): Promise<void>;
}

/** Starts one on any free port; `settings`, such as `ROLES`, go before those of the installation. */
export async function startProcess(
  env: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): Promise<PortalProcess> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../src/main.js')], {
    env: { ...env, PATH: process.env.PATH, PORT: '0', LOG_DIR: 'none', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  // Left running: what is not read would fill the pipe and stop the portal.
  const base = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /"url":"([^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error('the portal did not start')));
  });
  return {
    base,
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
