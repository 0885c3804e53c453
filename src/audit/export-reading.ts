import { sealStream } from '../commands/aggregates.js';
import type { ChainedEvent } from './chains.js';
import { csvColumns, type ExportFormat, lineForm } from './export.js';
import { jsonOf } from './json-of.js';
import { linesOf } from './lines.js';
import { isSegment, type Registered, type Segment } from './register.js';

/** What was given is no export. */
export class UnreadableExport extends Error {
  override readonly name = 'UnreadableExport';
}

/** A line of an export. `form` is null when it is none; `event` is there where the format has whole events. */
export interface Line {
  readonly number: number;
  readonly form: Registered | null;
  readonly event: ChainedEvent | null;
}

export async function* linesIn(file: string, format: ExportFormat): AsyncGenerator<Line> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (line.trim() === '' || (format === 'csv' && number === 1 && line === csvColumns.join(','))) continue;
    const event = format === 'jsonl' ? eventIn(line) : null;
    const form = format === 'jsonl' && !event ? null : lineForm(line, format);
    yield { number, form, event };
  }
}

export function formatOf(file: string): ExportFormat {
  return file.endsWith('.csv') ? 'csv' : 'jsonl';
}

/** What the index of an export lists, as far as it is one. */
export async function* segmentsIn(index: string): AsyncGenerator<Segment> {
  for await (const line of linesOf(index)) {
    const segment = segmentIn(line);
    if (segment) yield segment;
  }
}

/** @returns null for a line that is not one of an index */
export function segmentIn(line: string): Segment | null {
  return jsonOf(line, isSegment);
}

/** The seals come behind what they cover, so they are read ahead. */
export async function* sealsIn(file: string): AsyncGenerator<ChainedEvent> {
  for await (const line of linesOf(file)) {
    const event = line.includes(sealStream) ? eventIn(line) : null;
    if (event?.stream === sealStream) yield event;
  }
}

function eventIn(line: string): ChainedEvent | null {
  const exported = jsonOf(line, isExported);
  return exported && { ...exported, revision: BigInt(exported.revision) };
}

function isExported(value: unknown): value is Omit<ChainedEvent, 'revision'> & { revision: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { stream, revision, type, metadata } = value as Partial<Record<string, unknown>>;
  return (
    typeof stream === 'string' &&
    typeof type === 'string' &&
    Number.isSafeInteger(revision) &&
    typeof metadata === 'object' &&
    metadata !== null &&
    'hash' in metadata
  );
}
