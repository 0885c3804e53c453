import stringWidth from 'string-width';

/** Rows in columns kept apart by space only: easy on the eye, and `cut` and `awk` can read it. */
export function inColumns(rows: readonly (readonly string[])[]): string {
  // A cell may have several lines, and the others of its row are then empty beside them.
  const lines = rows.flatMap((row) => {
    const cells = row.map((cell) => cell.split('\n'));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''));
  });
  const widths: number[] = [];
  for (const cells of lines) {
    for (const [column, text] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, stringWidth(text));
  }
  const padded = (text: string, column: number) => text + ' '.repeat((widths[column] ?? 0) - stringWidth(text));
  return lines.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n');
}
