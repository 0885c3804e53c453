import { createReadStream } from 'node:fs';

/**
 * The lines of a text file, as they were written: only a line feed ends one. Node's `readline` also ends them at U+2028
 * and U+2029 from Node 24 on, and JSON has these in its strings as they are.
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of createReadStream(file, 'utf8')) {
    const [first = '', ...rest] = String(chunk).split('\n');
    parts.push(first);
    if (rest.length === 0) continue;
    yield withoutReturn(parts.join(''));
    parts = [rest.pop() ?? ''];
    for (const line of rest) yield withoutReturn(line);
  }
  const last = parts.join('');
  if (last !== '') yield withoutReturn(last);
}

/** What a mail program or an editor may have put before the line feed. */
function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
