/** The note on top of every generated page. */
export const generated = '<!-- Written by `node scripts/docs.mjs` from the code. Edit there. -->';

/** A table in GitHub's Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export function code(text) {
  return `\`${text}\``;
}

/** A bar would end the cell. */
export function cell(text) {
  return String(text).replaceAll('|', '\\|');
}
