import { stripVTControlCharacters } from 'node:util';

/** Rows in columns kept apart by space only: easy on the eye, and `cut` and `awk` can read it. */
export function inColumns(rows: readonly (readonly string[])[]): string {
  // A cell may have several lines, and the others of its row are then empty beside them.
  const lines = rows.flatMap((row) => {
    const cells = row.map((cell) => cell.split('\n'));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''));
  });
  const widths: number[] = [];
  for (const cells of lines)
    for (const [column, text] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  const padded = (text: string, column: number) => text + ' '.repeat((widths[column] ?? 0) - widthOf(text));
  return lines.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n');
}

const plain = /^[\x20-\x7e]*$/;
const twoPlaces = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}！-｠]/u;
const noPlace = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Places that a text takes on a terminal. */
function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (!noPlace.test(character)) width += twoPlaces.test(character) ? 2 : 1;
  }
  return width;
}
