import { status } from '@grpc/grpc-js';
import type { Append, Expectation, ProposedEvent } from '../log/types.js';
import { AppendRefused, maximumAppendSizeExceeded, missingMetadata } from './refusals.js';
import { fromUuid, type Shared } from './wire.js';

/** The real server's default limit on one append. */
export const maximumAppendSize = 1024 * 1024;

/** What plain and batch appends have in common on the wire. */
interface WireMessage {
  getId(): Shared.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
}

/**
 * Collects the events of one append as they arrive.
 * @throws {AppendRefused} as soon as they are too many or one is malformed.
 */
export function createProposal(stream: string | undefined, expectation: Expectation) {
  if (stream === undefined) throw new AppendRefused(status.INVALID_ARGUMENT, 'an append needs a stream name');
  if (stream.startsWith('$$')) {
    throw new AppendRefused(
      status.UNIMPLEMENTED,
      'stream metadata (setStreamMetadata) is not offered by the embedded event store, a real EventStoreDB server has it',
    );
  }
  const events: ProposedEvent[] = [];
  let size = 0;
  return {
    add(message: WireMessage): void {
      const id = fromUuid(message.getId());
      if (id === undefined) throw new AppendRefused(status.INVALID_ARGUMENT, 'an event id must be a UUID');
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

export type Proposal = ReturnType<typeof createProposal>;
