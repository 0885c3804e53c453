import { Argument, type Command } from 'commander';
import { completionScript } from '../completion.js';
import { shells } from '../completion-scripts.js';
import { exitCodes } from '../exit-codes.js';
import { oneOf } from '../options.js';
import type { Act } from '../session.js';

/** `completion`: the script a shell reads to complete commands and options. */
export function completionCommand(program: Command, act: Act): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText(
      'after',
      "\nExample (in ~/.bashrc):\n  alias portal='npm run --silent portal --'\n" +
        '  source <(npm run --silent portal -- completion bash)\n',
    )
    .action(
      act(async ({ out }, _options: object, shell = '') => {
        const script = completionScript(program, oneOf('<shell>', shell, shells));
        out.answer({ shell, script }, () => out.line(script.trimEnd()));
        return exitCodes.ok;
      }),
    );
}
