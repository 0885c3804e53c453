/** The programs of a one-machine installation; every one but the portal stands for something production has elsewhere. */
export const partNames = [
  'postgres',
  'redis',
  'eventstoredb',
  'extensiv',
  'stripe',
  'delivery',
  'mail',
  'portal',
] as const;

export type PartName = (typeof partNames)[number];

export type UrlName = PartName | 'mailPage' | 'docs';

/** What happened to a part, for whoever shows progress. */
export interface StackEvent {
  part: PartName;
  state: 'starting' | 'working' | 'ready' | 'restarting' | 'stopped' | 'failed';
  /** Where the part can be reached, with `ready`. */
  urls?: Partial<Record<UrlName, string>>;
  /** One line for people: what is being done, or why it failed. */
  detail?: string;
  /** Milliseconds since the part began to start, with `ready`. */
  elapsedMs?: number;
}

export interface StackOptions {
  /** Folder that holds all state, logs and generated secrets; made if missing. */
  dataDir: string;
  /** Settings as the portal would read them; a part whose variable is set here does not start. Default: `process.env`. */
  env?: NodeJS.ProcessEnv;
  /** `usual` prefers each part's well-known port, `free` takes any; both remember the choice in `dataDir`. */
  ports?: 'usual' | 'free';
  /** Parts to consider. Default: all. */
  parts?: readonly PartName[];
  /**
   * Parts that run inside this process instead of one of their own: quicker to start, but they cannot be killed and share
   * its event loop. Stand-ins and the event store can. Default: none.
   */
  inProcess?: readonly PartName[];
  /** Shows the portal's log lines on this process's output instead of writing them to `dataDir/logs/portal.log`. */
  verbose?: boolean;
  onProgress?: (event: StackEvent) => void;
  /** Gives up a start under way: what was started is stopped and `startStack` rejects. */
  signal?: AbortSignal;
}

/** A running stack. */
export interface Stack {
  /** The environment to hand a portal: the one given, plus the variables that name the started parts. */
  env: Record<string, string>;
  urls: Partial<Record<UrlName, string>>;
  /** Resolves with the reason when a part is given up for good; never rejects. */
  failed: Promise<Error>;
  /** Ends a part with `signal` (default SIGKILL) and leaves it down; resolves once it is gone. */
  kill(part: PartName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a part that `kill` took down, on the same port and data. */
  start(part: PartName): Promise<void>;
  /** Stops every part, the portal first, the stores last. Can be called more than once. */
  stop(): Promise<void>;
}

/** A failure whose message is meant for the person at the terminal, without a stack trace. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
