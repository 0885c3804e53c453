import { createRequire } from 'node:module';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type { PlacedEvent } from '../log/types.js';

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
    .setId(new shared.UUID().setString(event.id))
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

export function streamIdentifier(stream: string): Shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

/** The name in an identifier, empty when missing. */
export function streamName(identifier: Shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}
