import type { Append, Expectation, ProposedEvent } from '../log/types.js';
import { invalid, maximumAppendSizeExceeded, notOffered } from './refusals.js';
import { type Streams, streamName } from './wire.js';

/** The real server's default limit on one append. */
const maximumAppendSize = 1024 * 1024;

/** What plain and batch appends have in common on the wire: the options, and an event. */
type Options = Streams.AppendReq.Options | Streams.BatchAppendReq.Options;
type Message = Streams.AppendReq.ProposedMessage | Streams.BatchAppendReq.ProposedMessage;

export type Proposal = ReturnType<typeof createProposal>;

/**
 * Collects the events of one append as they arrive; `revision` is the exact one expected, if any.
 * @throws {Refusal} as soon as they are too many or one is malformed.
 */
export function createProposal(options: Options, revision: string) {
  const stream = streamName(options.getStreamIdentifier());
  if (stream === '' || stream === '$all') throw invalid('an append needs the name of a stream');
  if (stream.startsWith('$$')) throw notOffered('stream metadata (setStreamMetadata)');
  const expectation = expectationOf(options) ?? Number(revision);
  const events: ProposedEvent[] = [];
  let size = 0;
  return {
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

function expectationOf(options: Options): Expectation | undefined {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : undefined;
}

function missingMetadata() {
  return invalid('Required Metadata Property type or content-type is missing', {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}
