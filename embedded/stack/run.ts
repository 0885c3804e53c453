import { type ExecFileException, execFile } from 'node:child_process';

export interface RunResult {
  ok: boolean;
  stdout: string;
  /** Both streams, for an error message. */
  output: string;
}

/** Most of what a helper program may print; apt's package lists are not among it. */
const maxOutputBytes = 16 * 1024 * 1024;

/** Runs a program to its end; a failure is a result, not an exception. */
export function run(
  file: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; limitMs: number; signal?: AbortSignal },
): Promise<RunResult> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      {
        env: options.env ?? process.env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        timeout: options.limitMs,
        maxBuffer: maxOutputBytes,
      },
      (error, stdout, stderr) => {
        const said = [stdout, stderr].filter(Boolean).join('\n');
        const output = said === '' && error !== null ? describe(error, options.limitMs) : said;
        resolve({ ok: error === null, stdout, output });
      },
    );
  });
}

/** For a program that failed without a word. */
function describe(error: ExecFileException, limitMs: number): string {
  if (error.killed === true) return `not finished after ${limitMs / 1000} s`;
  return error.signal ? `ended by ${error.signal}` : `failed with ${error.code}`;
}
