import { status } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { Filter } from '../subscriptions/filter.js';
import type { ReadRequest } from '../subscriptions/read.js';
import { allSource, type Start, streamSource } from '../subscriptions/source.js';
import { AppendRefused } from './refusals.js';
import { type Streams, streamName, streams } from './wire.js';

/** Events looked at between two checkpoints when the client names no window; the real server's read batch. */
const defaultSearchWindow = 32;

export interface ReadOptions extends ReadRequest {
  /** Set when one stream is read, not the whole log. */
  readonly stream: string | undefined;
  readonly subscription: boolean;
  readonly structuredIds: boolean;
  readonly checkpointInterval: number;
}

/**
 * A read request in the log's own terms. Link resolution is accepted and changes nothing: there are no links here.
 * @throws {AppendRefused} INVALID_ARGUMENT when the request makes no sense.
 */
export function parseReadOptions(options: Streams.ReadReq.Options | undefined, log: Log): ReadOptions {
  if (options === undefined) throw invalid('a read needs options');
  const common = {
    direction:
      options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS ? 'backwards' : 'forwards',
    limit: Number(options.getCount()),
    subscription: options.hasSubscription(),
    structuredIds: options.getUuidOption()?.hasStructured() ?? false,
  } as const;
  if (common.subscription && common.direction === 'backwards') throw invalid('a subscription reads forwards');
  if (options.hasStream()) {
    const stream = streamName(options.getStream()?.getStreamIdentifier());
    if (stream === undefined) throw invalid('a read needs a stream name');
    const start = streamStart(options.getStream());
    return { ...common, stream, source: streamSource(log, stream), start, filter: undefined, checkpointInterval: 0 };
  }
  if (!options.hasAll()) throw invalid('a read needs a stream or $all');
  return {
    ...common,
    stream: undefined,
    source: allSource(log),
    start: allStart(options.getAll()),
    ...parseFilter(options.getFilter()),
  };
}

function streamStart(options: Streams.ReadReq.Options.StreamOptions | undefined): Start {
  if (options?.hasRevision()) return { at: Number(options.getRevision()) };
  return options?.hasEnd() ? 'end' : 'start';
}

function allStart(options: Streams.ReadReq.Options.AllOptions | undefined): Start {
  const position = options?.getPosition();
  if (position !== undefined) return { at: Number(position.getCommitPosition()) };
  return options?.hasEnd() ? 'end' : 'start';
}

function parseFilter(options: Streams.ReadReq.Options.FilterOptions | undefined) {
  if (options === undefined) return { filter: undefined, checkpointInterval: 0 };
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (expression === undefined) throw invalid('a filter needs an expression');
  const multiplier = options.getCheckpointintervalmultiplier();
  const window = options.hasMax() ? options.getMax() : defaultSearchWindow;
  if (window === 0) throw invalid('a filter needs a search window above zero');
  if (multiplier === 0) throw invalid('a filter needs a checkpoint interval above zero');
  const filter: Filter = {
    on: options.hasEventType() ? 'type' : 'stream',
    by:
      expression.getRegex() === '' ? { prefixes: expression.getPrefixList() } : { regex: regex(expression.getRegex()) },
  };
  return { filter, checkpointInterval: multiplier * window };
}

function regex(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    throw invalid(`the filter is no regular expression: ${String(error)}`);
  }
}

function invalid(message: string): AppendRefused {
  return new AppendRefused(status.INVALID_ARGUMENT, message);
}
