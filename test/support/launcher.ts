import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { poll } from '../../embedded/stack/poll.js';
import { openPorts } from '../../embedded/stack/ports.js';
import { identify, type ProcessIdentity } from '../../embedded/stack/process-table.js';
import { programPath, projectRoot } from '../../embedded/stack/project.js';
import { bareEnvironment } from './stack.js';

/** The launcher as a program of its own, the way `npm start` runs it. */
export interface Launcher {
  process: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** Resolves once the output matches; rejects when the launcher ends or takes too long. */
  prints(pattern: RegExp, limitMs?: number): Promise<RegExpExecArray>;
  /** The parts that run now. */
  children(): ProcessIdentity[];
  /** The exit code, or the signal's name. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs the built launcher on free ports, which it remembers in `dataDir`. */
export async function runLauncher(
  dataDir: string,
  parts: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Launcher> {
  if (!existsSync(path.join(dataDir, 'ports.json'))) {
    const ports = openPorts(dataDir, 'free');
    for (const part of parts) await ports.choose(part);
    ports.release();
  }
  const child = spawn(
    process.execPath,
    [programPath('embedded/start'), '--data-dir', dataDir, '--parts', parts.join(',')],
    { cwd: projectRoot, env: { ...bareEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let over = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      resolve(signal ?? code);
    });
  });
  return {
    process: child,
    output: () => output,
    ended,
    children: () => notedChildren(dataDir),
    async prints(pattern, limitMs = 30_000) {
      const seen = await poll(() => pattern.exec(output) ?? (over ? 'over' : undefined), { everyMs: 10, limitMs });
      if (seen === undefined || seen === 'over') throw new Error(`The launcher did not print ${pattern}:\n${output}`);
      return seen as RegExpExecArray;
    },
  };
}

/** The parts that a launcher or stack on this folder has running. */
export function notedChildren(dataDir: string): ProcessIdentity[] {
  const { children } = JSON.parse(readFileSync(path.join(dataDir, 'launcher.lock'), 'utf8')) as {
    children: ProcessIdentity[];
  };
  return children.filter(({ pid }) => identify(pid) !== undefined);
}
