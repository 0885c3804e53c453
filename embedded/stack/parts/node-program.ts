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

/** What a program says after `<name> ready ` on a line of its own, or undefined while it has not said it. */
export function readyLine(name: string, output: PartOutput): string | undefined {
  return new RegExp(`^${name} ready (\\S.*)$`, 'm').exec(output.read())?.[1]?.trim();
}
