import { Command, InvalidArgumentError } from 'commander';
import { messageOf } from './errors.js';
import { runUntilStopped } from './lifecycle.js';

/** Columns: an option stays on one line, whoever reads it. */
const helpWidth = 140;

/**
 * The options of a stand-in that runs as a process of its own, to be added to. `--help` tells of them; one that is unknown
 * or makes no sense ends the process with 2.
 *
 * @param call how the program is called
 */
export function standIn(call: string, about: string): Command {
  return new Command(call)
    .description(about)
    .usage('[options]')
    .helpOption('--help', 'show this text')
    .configureHelp({ helpWidth })
    .showHelpAfterError(`${call} --help shows the options`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .option('--host <address>', 'address to listen on; whoever reaches it may do everything', '127.0.0.1');
}

/** @throws InvalidArgumentError */
export function portOf(given: string): number {
  const port = numberOf(given);
  if (!Number.isInteger(port) || port > 65_535) throw new InvalidArgumentError('A port is a whole number up to 65535.');
  return port;
}

/** @throws InvalidArgumentError */
export function numberOf(given: string): number {
  const number = Number(given);
  if (given.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a number, not below 0.');
}

interface StandIn {
  /** What follows the word `ready`: where it listens. */
  readonly address: string;
  /** What makes the portal use it. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts a stand-in, says where it listens and how the portal is told, and runs it until it is stopped. */
export async function run(name: string, start: () => Promise<StandIn>): Promise<void> {
  try {
    const { address, settings, close } = await start();
    runUntilStopped(close);
    console.log(`${name} ready ${address}`);
    // The launcher tells the portal itself, and its logs are no place for secrets.
    if (!process.env.PORTAL_PARENT_PID) console.log(`the portal needs ${assignments(settings)}`);
  } catch (error) {
    console.error(`${name} cannot start: ${messageOf(error)}`);
    process.exit(1);
  }
}

function assignments(settings: StandIn['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
