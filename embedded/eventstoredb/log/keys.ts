import { createHash } from 'node:crypto';

// 48 bits hold every safe use of a JavaScript number here, big-endian so that byte order is number order.
const numberLength = 6;
// 128 bits of SHA-256: stream names of any length fit a key, and a collision is out of reach.
const streamLength = 16;

/** The largest revision or position a key can hold. */
export const largestNumber = 2 ** (numberLength * 8) - 1;

/** Key of the event at a log position. */
export function positionKey(position: number): Buffer {
  const key = Buffer.allocUnsafe(numberLength);
  key.writeUIntBE(position, 0, numberLength);
  return key;
}

/** The prefix that all index keys of one stream share. */
export function streamPrefix(stream: string): Buffer {
  return createHash('sha256').update(stream).digest().subarray(0, streamLength);
}

/** Key of a stream's event in the index. */
export function revisionKey(prefix: Buffer, revision: number): Buffer {
  const key = Buffer.allocUnsafe(streamLength + numberLength);
  key.set(prefix);
  key.writeUIntBE(revision, streamLength, numberLength);
  return key;
}

/** The revision at the end of an index key. */
export function revisionOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, key.length).readUIntBE(streamLength, numberLength);
}

/** The position in a position key or in an index value. */
export function positionOf(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUIntBE(0, numberLength);
}
