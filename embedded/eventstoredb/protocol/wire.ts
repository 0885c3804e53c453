import { createRequire } from 'node:module';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type { PlacedEvent } from '../log/types.js';

// The generated modules are CommonJS without names that an ES import could see.
const require = createRequire(import.meta.url);
const shared: typeof Shared = require('@eventstore/db-client/generated/shared_pb.js');
const streams: typeof Streams = require('@eventstore/db-client/generated/streams_pb.js');

export type { Shared, Streams };
export { shared, streams };

const ticksPerMillisecond = 10_000n;

/** The answer that carries one event, encoded once and kept in the log as it goes out to readers. */
export function encodeReadEvent(event: PlacedEvent): Uint8Array {
  const position = String(event.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(toUuid(event.id)))
    .setStreamIdentifier(streamIdentifier(event.stream))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(position)
    .setCommitPosition(position)
    .setCustomMetadata(event.metadata)
    .setData(event.data);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(BigInt(event.created) * ticksPerMillisecond));
  const readEvent = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position);
  return new streams.ReadResp().setEvent(readEvent).serializeBinary();
}

/** The same answer with the event's id as two numbers, for clients that ask for it. */
export function withStructuredId(body: Uint8Array): Streams.ReadResp {
  const answer = streams.ReadResp.deserializeBinary(body);
  const event = answer.getEvent()?.getEvent();
  const id = fromUuid(event?.getId());
  if (id !== undefined) {
    const structured = new shared.UUID.Structured()
      .setMostSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${id.slice(0, 16)}`))))
      .setLeastSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${id.slice(16)}`))));
    event?.setId(new shared.UUID().setStructured(structured));
  }
  return answer;
}

export function streamIdentifier(stream: string): Shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

/** The name in an identifier; undefined when missing or empty. */
export function streamName(identifier: Shared.StreamIdentifier | undefined): string | undefined {
  const name = identifier?.getStreamName_asU8();
  return name === undefined || name.length === 0 ? undefined : Buffer.from(name).toString('utf8');
}

/** An id in either wire form as 32 lower-case hex digits; undefined when it is none. */
export function fromUuid(uuid: Shared.UUID | undefined): string | undefined {
  const structured = uuid?.getStructured();
  if (structured !== undefined) {
    return hex64(structured.getMostSignificantBits()) + hex64(structured.getLeastSignificantBits());
  }
  const id = uuid?.getString().replaceAll('-', '').toLowerCase() ?? '';
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

function hex64(number: string): string {
  return BigInt.asUintN(64, BigInt(number)).toString(16).padStart(16, '0');
}

function toUuid(id: string): string {
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}
