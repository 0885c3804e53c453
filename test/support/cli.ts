import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { programPath } from '../../embedded/stack/project.js';
import { runCli } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { bareEnvironment } from './stack.js';

/** What a run of the CLI left behind. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The answer of a run with `--json`. */
  json(): ReturnType<typeof JSON.parse>;
}

/**
 * Runs the CLI in this process, piped, as it runs in its own but for `src/cli/main.ts`: a program of its own takes more
 * than a second to load its libraries.
 */
export async function portalCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  stdin: Terminal['stdin'] = Readable.from([]),
): Promise<CliRun> {
  const stdout = collector();
  const stderr = collector();
  const terminal = {
    env: { ...bareEnvironment(), ...env },
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
  };
  return cliRun(await runCli(args, terminal), stdout.text(), stderr.text());
}

/** Runs the built CLI as a program of its own. */
export async function portalProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CliRun> {
  const child = spawn(process.execPath, [programPath('src/cli/main'), ...args], {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collector();
  const stderr = collector();
  child.stdout.pipe(stdout.stream);
  child.stderr.pipe(stderr.stream);
  const [code] = (await once(child, 'close')) as [number | null];
  return cliRun(code, stdout.text(), stderr.text());
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

function cliRun(code: number | null, stdout: string, stderr: string): CliRun {
  return {
    code,
    stdout,
    stderr,
    json() {
      if (stdout === '') throw new Error(`no answer: ${stderr}`);
      return JSON.parse(stdout);
    },
  };
}
