import type { PlacedEvent, StoredEvent } from './types.js';

// id (16 bytes), revision (6), length of stream and type (4 each), stream, type, body.
const revisionAt = 16;
const revisionLength = 6;
const streamLengthAt = 22;
const typeLengthAt = 26;
const headerLength = 30;

/** The bytes of one stored event: what the log finds and filters by, then the body. */
export function encodeRecord(event: PlacedEvent, body: Uint8Array): Buffer {
  const streamLength = Buffer.byteLength(event.stream);
  const typeLength = Buffer.byteLength(event.type);
  const record = Buffer.allocUnsafe(headerLength + streamLength + typeLength + body.length);
  record.write(event.id, 0, 'hex');
  record.writeUIntBE(event.revision, revisionAt, revisionLength);
  record.writeUInt32BE(streamLength, streamLengthAt);
  record.writeUInt32BE(typeLength, typeLengthAt);
  record.write(event.stream, headerLength, 'utf8');
  record.write(event.type, headerLength + streamLength, 'utf8');
  record.set(body, headerLength + streamLength + typeLength);
  return record;
}

/** Reads a record back: texts only when asked for, for most reads never are. `body` shares memory with `record`. */
export function decodeRecord(position: number, record: Buffer): StoredEvent {
  const typeStart = headerLength + record.readUInt32BE(streamLengthAt);
  const bodyStart = typeStart + record.readUInt32BE(typeLengthAt);
  return {
    position,
    revision: record.readUIntBE(revisionAt, revisionLength),
    body: record.subarray(bodyStart),
    get id() {
      return record.toString('hex', 0, revisionAt);
    },
    get stream() {
      return record.toString('utf8', headerLength, typeStart);
    },
    get type() {
      return record.toString('utf8', typeStart, bodyStart);
    },
  };
}
