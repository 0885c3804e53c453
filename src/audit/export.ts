import { inventory, orders, portalPrefixes } from '../commands/aggregates.js';
import { comparePositions, type EventStore, formatPosition, type RecordedEvent } from '../commands/event-store.js';
import { streamOf } from '../commands/streams.js';
import type { OrderId, Sku } from '../domain/shared/ids.js';
import type { Registered } from './register.js';

export interface ExportFilter {
  /** Recorded at or after, ISO 8601 UTC. */
  readonly from?: string;
  /** Recorded before. */
  readonly to?: string;
  readonly orderId?: OrderId;
  readonly sku?: Sku;
}

export const exportFormats = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Recorded events as stored, oldest first; of an order, a SKU or both, or of the whole store. */
export async function* exportedEvents(
  eventStore: Pick<EventStore, 'readAll' | 'readStream'>,
  filter: ExportFilter,
): AsyncGenerator<RecordedEvent> {
  for await (const event of sourceOf(eventStore, filter)) {
    const { recordedAt } = event.metadata;
    if (filter.from !== undefined && recordedAt < filter.from) continue;
    if (filter.to !== undefined && recordedAt >= filter.to) continue;
    yield event;
  }
}

/** The lines of an export, without line ends. */
export async function* exportLines(
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvColumns.join(',');
  for await (const event of events) yield format === 'csv' ? csvLine(event) : jsonLine(event);
}

async function* sourceOf(
  eventStore: Pick<EventStore, 'readAll' | 'readStream'>,
  { orderId, sku }: ExportFilter,
): AsyncGenerator<RecordedEvent> {
  if (orderId === undefined && sku === undefined) {
    yield* eventStore.readAll({ prefixes: portalPrefixes });
    return;
  }
  // An order has some dozens of events, a SKU as many as it likes.
  const ofOrder: RecordedEvent[] = [];
  if (orderId !== undefined)
    for await (const event of eventStore.readStream(streamOf(orders, orderId))) ofOrder.push(event);
  if (sku !== undefined) {
    for await (const event of eventStore.readStream(streamOf(inventory, sku))) {
      while (ofOrder[0] && comparePositions(ofOrder[0].position, event.position) < 0) yield* ofOrder.splice(0, 1);
      yield event;
    }
  }
  yield* ofOrder;
}

/** Of what is asked for by name, the first that has no events: an export of nothing is mostly a slip of the pen. */
export async function unknownIn(
  eventStore: Pick<EventStore, 'last'>,
  { orderId, sku }: ExportFilter,
): Promise<string | null> {
  if (orderId !== undefined && !(await eventStore.last(streamOf(orders, orderId)))) return `order ${orderId}`;
  if (sku !== undefined && !(await eventStore.last(streamOf(inventory, sku)))) return `SKU ${sku}`;
  return null;
}

/** What the index of an export lists of a line. @returns null when the line is no event of that format */
export function lineForm(line: string, format: ExportFormat): Registered | null {
  const parsed = format === 'csv' ? csvPlace(line) : jsonPlace(line);
  return parsed && { ...parsed, text: line, identity: line };
}

type Place = Pick<Registered, 'stream' | 'revision' | 'type' | 'eventId'>;

function jsonPlace(line: string): Place | null {
  try {
    const { stream, revision, type, id } = JSON.parse(line);
    return placeFrom(stream, revision, type, id);
  } catch {
    return null;
  }
}

function csvPlace(line: string): Place | null {
  const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );
  const field = (name: string) => ofItsOwn(fields[csvColumns.indexOf(name)] ?? '');
  return placeFrom(field('stream'), Number(field('revision')), field('type'), field('event_id'));
}

/** The engine keeps the whole line for as long as anybody holds a part of it, and the names of streams are held to the end. */
function ofItsOwn(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function placeFrom(stream: unknown, revision: unknown, type: unknown, eventId: unknown): Place | null {
  const texts = [stream, type, eventId].every((text) => typeof text === 'string' && text !== '');
  if (!texts || !Number.isSafeInteger(revision)) return null;
  return { stream: String(stream), revision: Number(revision), type: String(type), eventId: String(eventId) };
}

function jsonLine(event: RecordedEvent): string {
  const { stream, revision, position, id, type, data, metadata } = event;
  return JSON.stringify({
    stream,
    revision: Number(revision),
    position: formatPosition(position),
    id,
    type,
    data,
    metadata,
  });
}

export const csvColumns = [
  'recorded_at',
  'stream',
  'revision',
  'position',
  'type',
  'actor',
  'correlation_id',
  'causation_id',
  'event_id',
  'hash',
  'data',
];

function csvLine(event: RecordedEvent): string {
  const { recordedAt, actor, $correlationId, $causationId, hash } = event.metadata;
  const { stream, revision, position, type, id, data } = event;
  return [recordedAt, stream, revision, formatPosition(position), type, actor, $correlationId, $causationId, id, hash]
    .map((value) => csvField(String(value)))
    .concat(csvField(JSON.stringify(data)))
    .join(',');
}

/** RFC 4180. */
function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
