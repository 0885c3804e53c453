import { hash } from 'node:crypto';
import type { PlacedEvent, StoredEvent } from './types.js';

// Numbers are big-endian, so that the order of bytes is theirs; 48 bits hold every safe use of a JavaScript number here.
const numberLength = 6;
// 128 bits of SHA-256: stream names of any length fit a key, and a collision is out of reach.
const prefixLength = 16;

/** The largest revision or position a key can hold. */
export const largestNumber = 2 ** (numberLength * 8) - 1;

/** Key of the event at a log position; in the index, the value. */
export function positionKey(position: number): Buffer {
  const key = Buffer.allocUnsafe(numberLength);
  key.writeUIntBE(position, 0, numberLength);
  return key;
}

/** The prefix that all index keys of one stream share. */
export function streamPrefix(stream: string): Buffer {
  return hash('sha256', stream, 'buffer').subarray(0, prefixLength);
}

/** Key of a stream's event in the index. */
export function revisionKey(prefix: Buffer, revision: number): Buffer {
  const key = Buffer.allocUnsafe(prefixLength + numberLength);
  key.set(prefix);
  key.writeUIntBE(revision, prefixLength, numberLength);
  return key;
}

/** The number that a key or an index value ends with. */
export function numberOf(bytes: Buffer): number {
  return bytes.readUIntBE(bytes.length - numberLength, numberLength);
}

// A record: id (16 bytes), revision (6), length of stream and type (4 each), stream, type, body.
const revisionAt = 16;
const streamLengthAt = revisionAt + numberLength;
const typeLengthAt = streamLengthAt + 4;
const headerLength = typeLengthAt + 4;

/** The bytes of one stored event: what the log finds and filters by, then the body. */
export function encodeRecord(event: PlacedEvent, body: Uint8Array): Buffer {
  const typeStart = headerLength + Buffer.byteLength(event.stream);
  const bodyStart = typeStart + Buffer.byteLength(event.type);
  const record = Buffer.allocUnsafe(bodyStart + body.length);
  record.write(event.id, 0, 'hex');
  record.writeUIntBE(event.revision, revisionAt, numberLength);
  record.writeUInt32BE(typeStart - headerLength, streamLengthAt);
  record.writeUInt32BE(bodyStart - typeStart, typeLengthAt);
  record.write(event.stream, headerLength, 'utf8');
  record.write(event.type, typeStart, 'utf8');
  record.set(body, bodyStart);
  return record;
}

/** Reads a record back: texts only when asked for, for most reads never are. `body` shares memory with `record`. */
export function decodeRecord(position: number, record: Buffer): StoredEvent {
  const typeStart = headerLength + record.readUInt32BE(streamLengthAt);
  const bodyStart = typeStart + record.readUInt32BE(typeLengthAt);
  return {
    position,
    revision: record.readUIntBE(revisionAt, numberLength),
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
