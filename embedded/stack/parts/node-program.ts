import { existsSync } from 'node:fs';
import type { PartOutput } from '../part.js';
import { programPath, projectRoot } from '../project.js';
import { StackError } from '../types.js';

/** How to run one of the project's own programs; it watches `PORTAL_PARENT_PID` and ends with that process. */
export function nodeProgram(source: string, args: string[], env: NodeJS.ProcessEnv) {
  const file = programPath(source);
  if (!existsSync(file)) throw new StackError(`${file} is missing: run \`npm run build\` first.`);
  return {
    file: process.execPath,
    args: ['--enable-source-maps', file, ...args],
    env: { ...env, PORTAL_PARENT_PID: String(process.pid) },
    cwd: projectRoot,
  };
}

/** What every one of them takes: the port it listens on and the folder of its data. */
export function placeArguments({ port, dataDir }: { port: number; dataDir: string }): string[] {
  return ['--port', String(port), '--data', dataDir];
}

/** Whether one of them has said `<name> ready` and where, on a line of its own. */
export function saysReady(name: string): (output: PartOutput) => boolean {
  const line = new RegExp(`^${name} ready \\S`, 'm');
  return (output) => line.test(output.read());
}
