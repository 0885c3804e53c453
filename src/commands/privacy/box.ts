import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256 takes keys of so many bytes. */
export const keyBytes = 32;

/** 96 bits, as NIST SP 800-38D has them for a random nonce: far from the limit for what one key encrypts here. */
const nonceBytes = 12;
const tagBytes = 16;

/** What a box holds cannot be read: its bytes, its key or its place are not those it was encrypted with. */
export class BoxUnreadable extends Error {
  override readonly name = 'BoxUnreadable';
}

/**
 * Encrypts bytes with AES-256-GCM.
 *
 * @param place what the box belongs to; it opens only under the same
 * @returns nonce, ciphertext and tag in one
 */
export function encryptedBox(key: Buffer, content: Buffer, place: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** @throws BoxUnreadable */
export function openBox(key: Buffer, box: Buffer, place: string): Buffer {
  const tagAt = box.length - tagBytes;
  if (tagAt < nonceBytes) throw new BoxUnreadable('the box is too short');
  const opening = createDecipheriv('aes-256-gcm', key, box.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(place))
    .setAuthTag(box.subarray(tagAt));
  try {
    return Buffer.concat([opening.update(box.subarray(nonceBytes, tagAt)), opening.final()]);
  } catch (error) {
    throw new BoxUnreadable('the box was changed, moved, or encrypted with another key', { cause: error });
  }
}
