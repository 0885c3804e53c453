import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/** Runs a program of this folder. @returns the JSON of its last line */
export async function reportOf<Report>(program: string, task: string[], env: NodeJS.ProcessEnv): Promise<Report> {
  const file = path.join(import.meta.dirname, program);
  const child = spawn(process.execPath, [...process.execArgv, file, ...task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${program} ${task.join(' ')} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Report;
}
