import { encryptedBox, keyBytes, openBox } from './box.js';
import type { DataKey } from './keys.js';

/** A personal member of an event as it is stored. */
export interface EncryptedMember {
  /** By this name a store tells such a member. Form of the box: 1 is AES-256-GCM, with nonce and tag in it. */
  readonly sealed: 1;
  /** Id of the key. */
  readonly key: string;
  /** Base64. */
  readonly box: string;
}

/** Where a member stands; a box does not open anywhere else. */
export interface MemberPlace {
  readonly stream: string;
  readonly eventId: string;
  readonly type: string;
  readonly member: string;
}

export function encryptMember(key: DataKey, value: unknown, place: MemberPlace): EncryptedMember {
  const box = encryptedBox(key.secret, Buffer.from(JSON.stringify(value)), textOf(place));
  return { sealed: 1, key: key.id, box: box.toString('base64') };
}

/** @throws BoxUnreadable when the member was changed or belongs elsewhere */
export function openMember(key: DataKey, { box }: EncryptedMember, place: MemberPlace): unknown {
  if (key.secret.length !== keyBytes) throw new TypeError(`key ${key.id} has ${key.secret.length} bytes`);
  return JSON.parse(openBox(key.secret, Buffer.from(box, 'base64'), textOf(place)).toString());
}

export function isEncrypted(value: unknown): value is EncryptedMember {
  if (typeof value !== 'object' || value === null) return false;
  const { sealed, key, box } = value as Partial<Record<keyof EncryptedMember, unknown>>;
  return sealed === 1 && typeof key === 'string' && typeof box === 'string';
}

function textOf({ stream, eventId, type, member }: MemberPlace): string {
  return JSON.stringify([stream, eventId, type, member]);
}
