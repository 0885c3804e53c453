import type { Secrets } from './secrets.js';
import type { PartName, UrlName } from './types.js';

/** How one part is started: the only thing that differs from part to part. */
export interface PartDefinition {
  name: PartName;
  /** Whether the environment leaves the part's job to us. */
  isNeeded(env: NodeJS.ProcessEnv): boolean;
  /** The ports it listens on and the number each usually has. */
  ports: Record<string, number>;
  /** Milliseconds from start to readiness after which the start has failed. */
  startLimitMs: number;
  /** The signal that makes it end in an orderly way. */
  stopSignal: NodeJS.Signals;
  /** Milliseconds an orderly end may take before it is killed. */
  stopLimitMs: number;
  /** Does what must precede the program (making a data folder, unpacking) and says how to run it. Runs at each start. */
  prepare(context: PartContext): Promise<PartPlan>;
}

/** What a part may know of the installation around it. */
export interface PartContext {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  secrets: Secrets;
  /** The port chosen under that name of `PartDefinition.ports`. */
  port(name: string): number;
  /** Where the portal will listen, e.g. `http://127.0.0.1:3001`. */
  portalUrl: string;
  verbose: boolean;
  /** Aborted when the stack is to stop, whatever is being prepared. */
  stopping: AbortSignal;
  /** Tells people what takes long, in one line. */
  working(detail: string): void;
}

export interface PartPlan {
  command: Command;
  /** Does the program's work inside this process instead, for parts that can; see `StackOptions.inProcess`. */
  serve?(): Promise<Served>;
  /** Resolves to true once the part answers; asked again and again. Throws when it never will. */
  isReady(output: PartOutput): boolean | Promise<boolean>;
  /** Runs once the part answers, before it counts as ready. */
  afterStart?(): Promise<void>;
  /** What to tell the portal. */
  settings: Record<string, string>;
  urls: Partial<Record<UrlName, string>>;
}

/** A part that runs inside this process. */
export interface Served {
  close(): Promise<void>;
}

export interface Command {
  file: string;
  args: string[];
  /** The whole environment of the process, not an addition to ours. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Shows its output on our terminal instead of keeping it in the log file. */
  inheritOutput?: boolean;
}

/** What a part has written since it was started. */
export interface PartOutput {
  read(): string;
}

/** Whether a variable counts as unset: `VAR= npm start` means the same as leaving it away. */
export function isUnset(env: NodeJS.ProcessEnv, name: string): boolean {
  return (env[name] ?? '').trim() === '';
}
