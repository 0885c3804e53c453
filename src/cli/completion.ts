import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may follow a command: its subcommands, or the words of its argument, and its options. */
interface Place {
  /** Names of the command and its parents, without the program's own. */
  readonly path: string;
  readonly words: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly about: string;
}

/** A script that completes the program's commands and options, for a shell to read at its start. */
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
      ...options.map(({ long, description }) => ({ text: long ?? '', about: description })),
      { text: '--help', about: 'options and examples' },
    ],
  };
}

const scripts: Record<Shell, (name: string, places: readonly Place[]) => string> = {
  bash: (name, places) => `# ${name} completion for bash
_${name}() {
  local word path='' depth=0
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* || $depth -ge 2 ]] && continue
    path="\${path:+$path }$word"; depth=$((depth + 1))
  done
  local words=''
  case "$path" in
${places.map(({ path, words }) => `    '${path}') words='${texts(words)}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name} ${name}
`,
  zsh: (name, places) => `#compdef ${name}
_${name}() {
  local word
  local -a names
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] || names+=("$word")
  done
  case "\${(j: :)names[1,2]}" in
${places.map(({ path, words }) => `    '${path}') compadd -- ${texts(words)} ;;`).join('\n')}
    *) _files ;;
  esac
}
compdef _${name} ${name}
`,
  fish: (name, places) => `# ${name} completion for fish
function __${name}_at
  set -l names
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; or set -a names $word
  end
  set -l at (string join ' ' -- $names[1..2])
  test "$at" = "$argv[1]"
end
${places.flatMap(({ path, words }) => words.map((word) => fishLine(name, path, word))).join('\n')}
`,
};

function texts(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

function fishLine(name: string, path: string, { text, about }: Word): string {
  const what = text.startsWith('--') ? `-l ${text.slice(2)}` : `-f -a ${text}`;
  const described = about === '' ? '' : ` -d '${about.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `complete -c ${name} -n "__${name}_at '${path}'" ${what}${described}`;
}
