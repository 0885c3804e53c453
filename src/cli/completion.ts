import type { Command, Option } from 'commander';
import { type Place, type Shell, scripts, type Value } from './completion-scripts.js';

/** A script that completes the program's commands, options and fixed values, for a shell to read at its start. */
export function completionScript(program: Command, shell: Shell): string {
  const places = [program, ...program.commands.flatMap((command) => [command, ...command.commands])].map((command) =>
    placeOf(program, command),
  );
  return scripts[shell](program.name(), places);
}

function placeOf(program: Command, command: Command): Place {
  const names: string[] = [];
  for (let at: Command | null = command; at && at !== program; at = at.parent) names.unshift(at.name());
  const options = [...command.options, ...(command === program ? [] : program.options)];
  return {
    path: names.join(' '),
    words: [
      ...command.commands.map((sub) => ({ text: sub.name(), about: sub.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map((text) => ({ text, about: '' }))),
      ...options
        .filter(({ hidden }) => !hidden)
        .map(({ long, description }) => ({ text: long ?? '', about: description })),
      { text: '--help', about: 'options and examples' },
    ],
    values: command.options.filter(({ required, optional }) => required || optional).map(valueTaken),
  };
}

function valueTaken({ long, argChoices = [] }: Option): Value {
  return { option: long ?? '', choices: argChoices };
}
