import { Command, CommanderError } from 'commander';
import { type Config, InvalidConfig } from '../config.js';
import { version } from '../version.js';
import { auditCommands } from './commands/audit.js';
import { completionCommand } from './commands/completion.js';
import { doctorCommand } from './commands/doctor.js';
import { effectCommands } from './commands/effects.js';
import { inventoryCommands } from './commands/inventory.js';
import { keyCommands } from './commands/keys.js';
import { mailCommands } from './commands/mail.js';
import { migrateCommand } from './commands/migrate.js';
import { orderCommands } from './commands/orders.js';
import { privacyCommands } from './commands/privacy.js';
import { projectionCommands } from './commands/projections.js';
import { reconcileCommands } from './commands/reconcile.js';
import { traceCommands } from './commands/trace.js';
import { webhookCommands } from './commands/webhooks.js';
import { CliError, type ExitCode, exitCodes } from './exit-codes.js';
import { explain, failureOf, inFull } from './failures.js';
import { colours, printJson } from './output.js';
import { type Act, type GlobalOptions, openCli } from './session.js';
import type { Terminal } from './terminal.js';
import { visible } from './visible.js';

const examples = `
Examples:
  npm run portal -- doctor
  npm run portal -- projections status
  npm run portal -- audit verify
  npm run portal -- order history VL-7K3M-9QXT-2WCD
  npm run portal -- audit verify --json | jq .findings

It reads the same environment variables as the portal. On one machine, what is unset is taken from the portal.env
that \`npm start\` leaves in DATA_DIR. Exit codes: 0 all is well, 1 something was found or failed, 2 wrong usage or
configuration.
`;

/** Runs the CLI once. @returns the exit code */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  let config: Config | undefined;
  // Wrong usage is found before the options are known.
  let json = args.includes('--json');
  const act: Act =
    (work) =>
    async (...received) => {
      const command = received.at(-1) as Command;
      const options = command.optsWithGlobals<GlobalOptions>();
      const cli = openCli(options, terminal);
      json = options.json === true;
      try {
        exitCode = await work(cli, command.opts(), ...(received.slice(0, -2) as string[]));
      } finally {
        config = cli.config();
        await cli.close();
      }
    };
  try {
    await createProgram(act, terminal).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === exitCodes.ok) return code;
    if (!(error instanceof CommanderError)) {
      const { stderr, env } = terminal;
      stderr.write(`${visible(colours(stderr).red(env.DEBUG ? inFull(error) : explain(error, config)))}\n`);
    }
    if (json) printJson(terminal, { error: { ...failureOf(error, config), exitCode: code } });
    return code;
  }
}

/** Commander ends `--help` and `--version` with an error too. */
function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.misused;
  if (error instanceof InvalidConfig) return exitCodes.misused;
  return error instanceof CliError ? error.exitCode : exitCodes.failed;
}

function createProgram(act: Act, { stdout, stderr }: Terminal): Command {
  const program = new Command('portal')
    .description('The portal from the operator’s side')
    .version(version)
    .option('--json', 'print JSON instead of tables')
    .option('--data-dir <dir>', 'folder of `npm start` (default: DATA_DIR or .data)')
    .option('--verbose', 'show the log lines of the portal’s own code')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', examples);
  program.commandsGroup('Is all well?');
  doctorCommand(program, act);
  auditCommands(program, act);
  reconcileCommands(program, act);
  program.commandsGroup('Orders and stock');
  orderCommands(program, act);
  traceCommands(program, act);
  mailCommands(program, act);
  inventoryCommands(program, act);
  program.commandsGroup('What the portal works on');
  projectionCommands(program, act);
  effectCommands(program, act);
  webhookCommands(program, act);
  program.commandsGroup('The installation');
  migrateCommand(program, act);
  keyCommands(program, act);
  privacyCommands(program, act);
  completionCommand(program, act);
  return program;
}
