import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import { programPath } from '../../embedded/stack/project.js';
import { createOutput } from '../../src/cli/output.js';
import { runCli } from '../../src/cli/program.js';
import type { Act, Cli } from '../../src/cli/session.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { Portal } from '../../src/compose.js';
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

/** Runs a command, at a terminal that shows how far it is, with these parts in place of the whole portal. */
export async function commandOf(
  register: (program: Command, act: Act) => void,
  parts: object,
  args: readonly string[],
): Promise<CliRun> {
  const stdout = collector();
  const stderr = collector();
  const terminal = {
    env: {},
    stdin: Readable.from([]),
    stdout: stdout.stream,
    stderr: Object.assign(stderr.stream, { isTTY: true }),
  };
  let code: number | null = null;
  const cli: Cli = {
    terminal,
    out: createOutput(terminal, { json: false }),
    portal: async () => parts as Portal,
    context: () => ({ correlationId: 'c', causationId: 'c', actor: 'operator:test' }),
    config: () => undefined,
    close: async () => undefined,
  };
  const program = new Command();
  register(program, (work) => async (...received) => {
    const command = received.at(-1) as Command;
    code = await work(cli, command.opts(), ...(received.slice(0, -2) as string[]));
  });
  await program.parseAsync([...args], { from: 'user' });
  return cliRun(code, stdout.text(), stderr.text());
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
