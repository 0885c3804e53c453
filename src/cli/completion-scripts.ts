export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may follow a command: its subcommands, or the words of its argument, and its options. */
export interface Place {
  /** Names of the command and its parents, without the program's own. */
  readonly path: string;
  readonly words: readonly Word[];
  /** Its options that take a value, whether they are offered or not: the word after one is no command. */
  readonly values: readonly Value[];
}

interface Word {
  readonly text: string;
  readonly about: string;
}

export interface Value {
  readonly option: string;
  /** What the value can be; empty for a value of any kind, such as a file. */
  readonly choices: readonly string[];
}

/** A script per shell: it finds the command in the words before the cursor, then offers what may follow. */
export const scripts: Record<Shell, (name: string, places: readonly Place[]) => string> = {
  bash: (name, places) => `# ${name} completion for bash
_${name}() {
  local word path='' depth=0 option=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $option ]]; then
      # For bash the = of --option=value is a word.
      [[ $word == '=' ]] || option=''
      continue
    fi
    case "$path $word" in
      ${valued(places).join('|')}) option=$word; continue ;;
    esac
    [[ $word == -* || $depth -ge 2 ]] && continue
    path="\${path:+$path }$word"; depth=$((depth + 1))
  done
  local words=''
  if [[ -n $option ]]; then
    case "$path $option" in
${chosen(places, (choices) => `words='${choices}'`)}
    esac
  else
    case "$path" in
${places.map(({ path, words }) => `      '${path}') words='${texts(words)}' ;;`).join('\n')}
    esac
  fi
  word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$words" -- "\${word#=}"))
}
complete -o default -F _${name} ${name}
`,
  zsh: (name, places) => `#compdef ${name}
_${name}() {
  local word option=''
  local -a names
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $option ]]; then
      option=''
      continue
    fi
    case "\${(j: :)names[1,2]} $word" in
      ${valued(places).join('|')}) option=$word ;;
      *) [[ $word == -* ]] || names+=("$word") ;;
    esac
  done
  if [[ -z $option && $words[CURRENT] == --*=* ]]; then
    option=\${words[CURRENT]%%=*}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    case "\${(j: :)names[1,2]} $option" in
${chosen(places, (choices) => `compadd -- ${choices}`)}
      *) _files ;;
    esac
    return
  fi
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
  set -l option ''
  for word in (commandline -opc)[2..]
    if test -n "$option"
      set option ''
      continue
    end
    set -l at (string join ' ' -- $names[1..2])
    switch "$at $word"
      case ${valued(places).map(asGlob).join(' ')}
        set option $word
      case '* -*'
      case '*'
        set -a names $word
    end
  end
  set -l at (string join ' ' -- $names[1..2])
  test "$at" = "$argv[1]"
end
${places.flatMap((place) => place.words.map((word) => fishLine(name, place, word))).join('\n')}
`,
};

function texts(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

/** Patterns of a command and an option of its own that takes a value; those of the program go with every command. */
function valued(places: readonly Place[]): string[] {
  return places.flatMap(({ path, values }) =>
    values.map(({ option }) => (path === '' ? `*' ${option}'` : `'${path} ${option}'`)),
  );
}

/** In fish a star is a plain star only inside quotes. */
function asGlob(pattern: string): string {
  return pattern.replace(/^\*'/, "'*");
}

function chosen(places: readonly Place[], offer: (choices: string) => string): string {
  return places
    .flatMap(({ path, values }) =>
      values
        .filter(({ choices }) => choices.length > 0)
        .map(({ option, choices }) => `      '${path} ${option}') ${offer(choices.join(' '))} ;;`),
    )
    .join('\n');
}

function fishLine(name: string, { path, values }: Place, { text, about }: Word): string {
  const value = values.find(({ option }) => option === text);
  const kind = value && (value.choices.length > 0 ? ` -x -a '${value.choices.join(' ')}'` : ' -r');
  const what = text.startsWith('--') ? `-l ${text.slice(2)}${kind ?? ''}` : `-f -a ${text}`;
  const described = about === '' ? '' : ` -d '${about.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `complete -c ${name} -n "__${name}_at '${path}'" ${what}${described}`;
}
