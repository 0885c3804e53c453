import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createOutput } from '../../../src/cli/output.js';

/** What was written when `show` has run. */
function shown(show: (out: ReturnType<typeof createOutput>) => void, json = false): string {
  const stdout = Object.assign(new PassThrough(), { isTTY: true });
  const terminal = { env: {}, stdin: new PassThrough(), stdout, stderr: stdout };
  show(createOutput(terminal, { json }));
  return String(stdout.read());
}

const clearing = 'order-\u001b[2J\u001b[H\u009b2J\u001b[8m\r\u0007';
const readable = 'order-\\u001b[2J\\u001b[H\\u009b2J\\u001b[8m\\u000d\\u0007';

it('what somebody else has named can neither clear the terminal nor hide what stands on it', () => {
  expect(shown(({ table }) => table(['where', 'what'], [[clearing, 'changed']]))).toContain(`${readable}  changed\n`);
  expect(shown(({ line }) => line(clearing))).toBe(`${readable}\n`);
  expect(shown(({ note }) => note(clearing))).toContain(readable);
  const told = shown(({ answer }) => answer({ stream: clearing }, () => undefined), true);
  expect(told).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(JSON.parse(told)).toEqual({ stream: clearing });
});

it('the colours of the CLI itself stay', () => {
  const painted = '\u001b[31m2 findings\u001b[39m\n\t\u001b[1mwhere\u001b[22m';
  expect(shown(({ line }) => line(painted))).toBe(`${painted}\n`);
});

it('a table stands in columns, whatever is in its cells', () => {
  const rows = [
    ['order-1', 'two\nlines', null],
    ['顧客-1', '\u001b[31mmissing\u001b[39m', 'e\u0301'],
  ];
  const text = shown(({ table }) => table(['where', 'what', 'detail'], rows));
  expect(stripVTControlCharacters(text).split('\n')).toEqual([
    'where    what     detail',
    'order-1  two      -',
    '         lines',
    '顧客-1   missing  e\u0301',
    '',
  ]);
});

it('a table can have as many rows as a customer has orders', () => {
  const rows = Array.from({ length: 130_000 }, (_, row) => [row, 'delivered']);
  const text = shown(({ table }) => table(['order', 'status'], rows));
  expect(text.endsWith('\n129999  delivered\n')).toBe(true);
});
