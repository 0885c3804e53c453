import type { Log } from '../log/log.js';
import type { StoredEvent } from '../log/types.js';
import { invalid, notOffered } from './refusals.js';
import { type Streams, streamName, streams } from './wire.js';

/** Events looked at between two checkpoints when the client names no window; the real server's read batch. */
const defaultSearchWindow = 32;

export type ReadRequest = ReturnType<typeof parseReadRequest>;

/**
 * A request of `Streams.Read` in the log's own terms; `from` is the number of the first event.
 * @throws {Refusal} INVALID_ARGUMENT when it makes no sense.
 */
export function parseReadRequest(log: Log, options: Streams.ReadReq.Options | undefined) {
  const [one, all] = [options?.getStream(), options?.getAll()];
  const source = one && streamName(one.getStreamIdentifier());
  if (options === undefined || source === '' || (one ?? all) === undefined)
    throw invalid('a read needs a stream or $all');
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const subscription = options.hasSubscription();
  if (backwards && subscription) throw invalid('a subscription reads forwards');
  if (options.hasFilter() && !subscription) throw notOffered('a filtered read of $all');
  if (options.getUuidOption()?.hasStructured()) throw notOffered('Read with structured ids');
  return {
    source,
    from: firstNumber(),
    backwards,
    limit: subscription ? Number.POSITIVE_INFINITY : Number(options.getCount()),
    subscription,
    resolveLinks: options.getResolveLinks(),
    filter: parseFilter(options.getFilter()),
  };

  function firstNumber(): number {
    if ((one ?? all)?.hasEnd()) return (log.last(source) ?? -1) + (backwards ? 0 : 1);
    const number = one?.hasRevision() ? one.getRevision() : all?.getPosition()?.getCommitPosition();
    if (number === undefined) return 0;
    // A subscriber names the last event it has seen.
    if (subscription) return Number(number) + 1;
    // Backwards through the log, a position means the events before it, as the place a forward read stopped at does.
    return Number(number) - (backwards && source === undefined ? 1 : 0);
  }
}

/** Chooses events, and asks for a checkpoint after so many events looked at, whether they passed or not. */
function parseFilter(options: Streams.ReadReq.Options.FilterOptions | undefined) {
  if (options === undefined) return undefined;
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (expression === undefined) throw invalid('a filter needs an expression');
  const window = options.hasMax() ? options.getMax() : defaultSearchWindow;
  const checkpointInterval = window * options.getCheckpointintervalmultiplier();
  if (checkpointInterval === 0) throw invalid('a filter needs a search window and a checkpoint interval above zero');
  const matches = matcher(expression.getRegex(), expression.getPrefixList());
  const on = options.hasEventType() ? 'type' : 'stream';
  return { passes: (event: StoredEvent) => matches(event[on]), checkpointInterval };
}

function matcher(regex: string, prefixes: readonly string[]): (text: string) => boolean {
  if (regex === '') return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  try {
    return RegExp.prototype.test.bind(new RegExp(regex));
  } catch (error) {
    throw invalid(`the filter is no regular expression: ${String(error)}`);
  }
}
