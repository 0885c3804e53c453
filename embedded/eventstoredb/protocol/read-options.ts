import type { Log } from '../log/log.js';
import type { ReadRequest } from '../subscriptions/read.js';
import { allSource, type Start, streamSource } from '../subscriptions/source.js';
import { invalid } from './refusals.js';
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
 * @throws {Refusal} INVALID_ARGUMENT when the request makes no sense.
 */
export function parseReadOptions(options: Streams.ReadReq.Options | undefined, log: Log): ReadOptions {
  const backwards = options?.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const subscription = options?.hasSubscription() ?? false;
  if (backwards && subscription) throw invalid('a subscription reads forwards');
  const common = {
    direction: backwards ? 'backwards' : 'forwards',
    limit: Number(options?.getCount()),
    subscription,
    structuredIds: options?.getUuidOption()?.hasStructured() ?? false,
  } as const;
  const one = options?.getStream();
  const all = options?.getAll();
  if (one !== undefined) {
    const stream = streamName(one.getStreamIdentifier());
    if (stream === '') throw invalid('a read needs a stream name');
    const start = startOf(one, one.hasRevision() ? one.getRevision() : undefined);
    return { ...common, stream, source: streamSource(log, stream), start, passes: undefined, checkpointInterval: 0 };
  }
  if (all === undefined) throw invalid('a read needs a stream or $all');
  const start = startOf(all, all.getPosition()?.getCommitPosition());
  return { ...common, stream: undefined, source: allSource(log), start, ...parseFilter(options?.getFilter()) };
}

function startOf(options: { hasEnd(): boolean }, number: string | undefined): Start {
  if (number !== undefined) return { at: Number(number) };
  return options.hasEnd() ? 'end' : 'start';
}

function parseFilter(options: Streams.ReadReq.Options.FilterOptions | undefined) {
  if (options === undefined) return { passes: undefined, checkpointInterval: 0 };
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (expression === undefined) throw invalid('a filter needs an expression');
  const window = options.hasMax() ? options.getMax() : defaultSearchWindow;
  const checkpointInterval = window * options.getCheckpointintervalmultiplier();
  if (checkpointInterval === 0) throw invalid('a filter needs a search window and a checkpoint interval above zero');
  const matches = matcher(expression);
  const on = options.hasEventType() ? 'type' : 'stream';
  return { passes: (event: Record<typeof on, string>) => matches(event[on]), checkpointInterval };
}

function matcher(expression: Streams.ReadReq.Options.FilterOptions.Expression): (text: string) => boolean {
  const prefixes = expression.getPrefixList();
  if (expression.getRegex() === '') return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  try {
    const regex = new RegExp(expression.getRegex());
    return (text) => regex.test(text);
  } catch (error) {
    throw invalid(`the filter is no regular expression: ${String(error)}`);
  }
}
