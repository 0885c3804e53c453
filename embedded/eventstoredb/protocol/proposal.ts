import type { Append, AppendResult, Expectation, ProposedEvent } from '../log/types.js';
import { invalid, maximumAppendSizeExceeded, notOffered } from './refusals.js';
import { type Shared, type Streams, shared, streamName } from './wire.js';

/** The real server's default limit on one append. */
const maximumAppendSize = 1024 * 1024;

// What plain and batch appends have in common on the wire.
type Options = Streams.AppendReq.Options | Streams.BatchAppendReq.Options;
type Message = Streams.AppendReq.ProposedMessage | Streams.BatchAppendReq.ProposedMessage;
type Success = Streams.AppendResp.Success | Streams.BatchAppendResp.Success;
type Conflict = Streams.AppendResp.WrongExpectedVersion | Shared.WrongExpectedVersion;

export type Proposal<O extends Options> = ReturnType<typeof createProposal<O>>;

/**
 * Collects the events of one append as they arrive.
 * @throws {Refusal} as soon as they are too many or one is malformed.
 */
export function createProposal<O extends Options>(options: O) {
  const stream = streamName(options.getStreamIdentifier());
  if (stream === '' || stream === '$all') throw invalid('an append needs the name of a stream');
  if (stream.startsWith('$$')) throw notOffered('stream metadata (setStreamMetadata)');
  const expectation = expectationOf(options);
  const events: ProposedEvent[] = [];
  let size = 0;
  return {
    options,
    add(message: Message): void {
      const id = message.getId()?.getString().toLowerCase() ?? '';
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw invalid('an event id must be a UUID');
      const type = message.getMetadataMap().get('type');
      const contentType = message.getMetadataMap().get('content-type');
      if (!type || !contentType) throw missingMetadata();
      const data = message.getData_asU8();
      const metadata = message.getCustomMetadata_asU8();
      // UTF-16 code units: the real server counts two bytes for each.
      size += data.length + metadata.length + 2 * type.length;
      if (size > maximumAppendSize) throw maximumAppendSizeExceeded(maximumAppendSize);
      events.push({ id, type, contentType, data, metadata });
    },
    complete: (): Append => ({ stream, expectation, events }),
  };
}

/** Fills in what a successful append led to. */
export function tellSuccess<T extends Success>(success: T, { revision, position }: AppendResult): T {
  if (revision === undefined) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  const at = String(position);
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else success.setPosition(new shared.AllStreamPosition().setCommitPosition(at).setPreparePosition(at));
  return success;
}

/** Fills in what was expected and what is; the two calls name the exact revisions differently. */
export function tellConflict<T extends Conflict>(conflict: T, options: Options, { revision }: AppendResult): T {
  const inBatch = conflict instanceof shared.WrongExpectedVersion;
  if (revision === undefined) conflict.setCurrentNoStream(new shared.Empty());
  else if (inBatch) conflict.setCurrentStreamRevision(String(revision));
  else conflict.setCurrentRevision(String(revision));
  const exact = exactRevision(options);
  if (options.hasAny()) conflict.setExpectedAny(new shared.Empty());
  else if (options.hasNoStream()) conflict.setExpectedNoStream(new shared.Empty());
  else if (options.hasStreamExists()) conflict.setExpectedStreamExists(new shared.Empty());
  else if (inBatch) conflict.setExpectedStreamPosition(exact);
  else conflict.setExpectedRevision(exact);
  return conflict;
}

function expectationOf(options: Options): Expectation {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : Number(exactRevision(options));
}

function exactRevision(options: Options): string {
  return 'getRevision' in options ? options.getRevision() : options.getStreamPosition();
}

function missingMetadata() {
  return invalid('Required Metadata Property type or content-type is missing', {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}
