import type { Readable, Writable } from 'node:stream';

/** Where a run of the CLI takes its settings from and whom it talks to: the process it is, or whoever stands in for it. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable & MaybeTty;
  readonly stdout: Writable & MaybeTty;
  readonly stderr: Writable & MaybeTty;
}

interface MaybeTty {
  readonly isTTY?: boolean | undefined;
}
