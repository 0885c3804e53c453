import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { PortalLogger } from '../adapters/telemetry/logger.js';
import { within } from '../adapters/within.js';
import type { CommandContext } from '../commands/use-cases.js';
import type { Portal } from '../compose.js';
import { type Config, loadConfig } from '../config.js';
import { cliEnvironment } from './environment.js';
import type { ExitCode } from './exit-codes.js';
import { createOutput, type Output } from './output.js';
import type { Terminal } from './terminal.js';

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly verbose?: boolean;
}

/** What a command works with. */
export interface Cli {
  readonly terminal: Terminal;
  readonly out: Output;
  /** The portal's parts; made on first use, so that what needs none works without a configuration. */
  portal(): Promise<Portal>;
  /** Who does it, for the events a command leaves. */
  context(): CommandContext;
  /** The configuration, once it was needed. */
  config(): Config | undefined;
  close(): Promise<void>;
}

/** Makes a commander action of a command: `work` gets the options of its own and the arguments. */
export type Act = <Options extends object>(
  work: (cli: Cli, options: Options, ...args: string[]) => Promise<ExitCode>,
) => (...received: unknown[]) => Promise<void>;

/** Connections that do not end by themselves within this are left to the end of the process. */
const closeLimitMs = 300;

export function openCli(options: GlobalOptions, terminal: Terminal): Cli {
  let config: Config | undefined;
  let logger: PortalLogger | undefined;
  let portal: Portal | undefined;
  return {
    terminal,
    out: createOutput(terminal, { json: options.json === true }),
    async portal() {
      // A second's worth of libraries, which completion, a sample mail and wrong usage do without.
      const { compose } = await import('../compose.js');
      const { createLogger } = await import('../adapters/telemetry/logger.js');
      config ??= loadConfig(cliEnvironment(terminal.env, options.dataDir));
      logger ??= createLogger({
        level: options.verbose ? 'debug' : 'silent',
        dir: null,
        pretty: terminal.stderr.isTTY === true,
        console: terminal.stderr,
      });
      portal ??= compose(config, logger);
      return portal;
    },
    context() {
      const id = randomUUID();
      return { correlationId: id, causationId: id, actor: `operator:${userName()}` };
    },
    config: () => config,
    async close() {
      if (!portal) return;
      await within(closeLimitMs, portal.close()).catch(() => undefined);
      logger?.close();
    },
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list, as in many containers.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
