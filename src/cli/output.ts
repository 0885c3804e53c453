import pc from 'picocolors';
import { inColumns } from './columns.js';
import { createProgress, type Progress } from './progress.js';
import type { Terminal } from './terminal.js';
import { visible } from './visible.js';

/** Colours where the stream is a terminal, plain text elsewhere. */
export function colours(stream: Terminal['stdout']): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY === true && pc.isColorSupported);
}

/** What a command shows: for people on a terminal, plain when piped, or one JSON document. */
export interface Output {
  readonly colours: ReturnType<typeof pc.createColors>;
  /** Ends the command's answer: `value` as JSON, or what `show` prints. */
  answer(value: unknown, show: () => void): void;
  line(text?: string): void;
  table(head: readonly string[], rows: readonly (readonly unknown[])[]): void;
  /** Something to know beside the answer, on standard error. */
  note(text: string): void;
  /** Work that takes long, on standard error, and only when that is a terminal. */
  progress(label: string): Progress;
}

/** One document: in a line for programs, indented for people. */
export function printJson({ stdout }: Pick<Terminal, 'stdout'>, value: unknown): void {
  stdout.write(`${visible(JSON.stringify(value, null, stdout.isTTY ? 2 : undefined))}\n`);
}

export function createOutput({ stdout, stderr }: Terminal, options: { json: boolean }): Output {
  const paint = colours(stdout);
  const line = (text = '') => void stdout.write(`${visible(text)}\n`);
  return {
    colours: paint,
    line,
    answer(value, show) {
      if (options.json) printJson({ stdout }, value);
      else show();
    },
    table(head, rows) {
      if (rows.length === 0) return;
      line(inColumns([head.map((title) => paint.bold(title)), ...rows.map((row) => row.map(cell))]));
    },
    note: (text) => void stderr.write(`${visible(colours(stderr).yellow(text))}\n`),
    progress: (label) => createProgress(label, stderr),
  };
}

function cell(value: unknown): string {
  return value === null || value === undefined || value === '' ? '-' : String(value);
}
