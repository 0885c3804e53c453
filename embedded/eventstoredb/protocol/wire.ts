import { createRequire } from 'node:module';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type { PlacedEvent, StoredEvent } from '../log/types.js';

const require = createRequire(import.meta.url);

/** A module that the client package generated: CommonJS, without names that an ES import could see. */
export function generated<T>(name: string): T {
  return require(`@eventstore/db-client/generated/${name}.js`);
}

export const shared = generated<typeof Shared>('shared_pb');
export const streams = generated<typeof Streams>('streams_pb');
export type { Shared, Streams };

/** The time that the protocol counts in: 100 ns since the Unix epoch. */
export function ticks(milliseconds: number): string {
  return `${milliseconds}0000`;
}

/** The answer that carries one event, encoded once and kept in the log as it goes out to readers. */
export function encodeReadEvent(event: PlacedEvent): Uint8Array {
  const position = String(event.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')))
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
    .set('created', ticks(event.created));
  const readEvent = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position);
  return new streams.ReadResp().setEvent(readEvent).serializeBinary();
}

/** The same answer with the event's id as two numbers, for clients that ask for it. */
export function withStructuredId({ id, body }: StoredEvent): Streams.ReadResp {
  const answer = streams.ReadResp.deserializeBinary(body);
  const structured = new shared.UUID.Structured()
    .setMostSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${id.slice(0, 16)}`))))
    .setLeastSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${id.slice(16)}`))));
  answer.getEvent()?.getEvent()?.setId(new shared.UUID().setStructured(structured));
  return answer;
}

/** An id in either wire form as 32 lower-case hex digits; undefined when it is none. */
export function fromUuid(uuid: Shared.UUID | undefined): string | undefined {
  const structured = uuid?.getStructured();
  const halves = [structured?.getMostSignificantBits() ?? 0, structured?.getLeastSignificantBits() ?? 0];
  const id =
    structured === undefined
      ? uuid?.getString().replaceAll('-', '').toLowerCase()
      : halves.map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('');
  return id !== undefined && /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

export function streamIdentifier(stream: string): Shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

/** The name in an identifier, empty when missing. */
export function streamName(identifier: Shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}
