import type { ReadRequest, Start } from '../subscriptions/read.js';
import type { Filter } from '../subscriptions/subscription.js';
import { invalid, notOffered } from './refusals.js';
import { type Streams, streamName, streams } from './wire.js';

/** Events looked at between two checkpoints when the client names no window; the real server's read batch. */
const defaultSearchWindow = 32;

export interface WireReadRequest extends ReadRequest {
  readonly subscription: boolean;
  readonly resolveLinks: boolean;
  readonly filter: Filter | undefined;
}

/**
 * A request of `Streams.Read` in the log's own terms.
 * @throws {Refusal} INVALID_ARGUMENT when it makes no sense.
 */
export function parseReadRequest(options: Streams.ReadReq.Options): WireReadRequest {
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const subscription = options.hasSubscription();
  if (backwards && subscription) throw invalid('a subscription reads forwards');
  if (options.hasFilter() && !subscription) throw notOffered('a filtered read of $all');
  if (options.getUuidOption()?.hasStructured()) throw notOffered('Read with structured ids');
  const one = options.getStream();
  const all = options.getAll();
  const source = one && streamName(one.getStreamIdentifier());
  if (source === '' || (one ?? all) === undefined) throw invalid('a read needs a stream or $all');
  const number = one?.hasRevision() ? one.getRevision() : all?.getPosition()?.getCommitPosition();
  return {
    source,
    start: startOf(number, (one ?? all)?.hasEnd()),
    direction: backwards ? 'backwards' : 'forwards',
    limit: Number(options.getCount()),
    subscription,
    resolveLinks: options.getResolveLinks(),
    filter: parseFilter(options.getFilter()),
  };
}

function startOf(number: string | undefined, end: boolean | undefined): Start {
  if (number !== undefined) return Number(number);
  return end ? 'end' : 'start';
}

function parseFilter(options: Streams.ReadReq.Options.FilterOptions | undefined): Filter | undefined {
  if (options === undefined) return undefined;
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (expression === undefined) throw invalid('a filter needs an expression');
  const window = options.hasMax() ? options.getMax() : defaultSearchWindow;
  const checkpointInterval = window * options.getCheckpointintervalmultiplier();
  if (checkpointInterval === 0) throw invalid('a filter needs a search window and a checkpoint interval above zero');
  const matches = matcher(expression.getRegex(), expression.getPrefixList());
  const on = options.hasEventType() ? 'type' : 'stream';
  return { passes: (event) => matches(event[on]), checkpointInterval };
}

function matcher(regex: string, prefixes: readonly string[]): (text: string) => boolean {
  if (regex === '') return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  try {
    return RegExp.prototype.test.bind(new RegExp(regex));
  } catch (error) {
    throw invalid(`the filter is no regular expression: ${String(error)}`);
  }
}
