import { createHash, hkdfSync } from 'node:crypto';
import { encryptedBox, keyBytes, openBox } from '../../../commands/privacy/box.js';

/** A key as it is kept: encrypted, with the fingerprint of the master key that opens it. */
export interface WrappedKey {
  readonly wrapped: Buffer;
  readonly master: string;
}

/** Wraps and unwraps keys. A key is bound to the place it is kept at and opens nowhere else. */
export interface MasterKeys {
  /** Fingerprint of the one that wraps. */
  readonly current: string;
  /** Fingerprints of all that unwrap. */
  readonly known: readonly string[];
  wrap(key: Buffer, place: string): WrappedKey;
  /** @throws MasterKeyMissing, BoxUnreadable */
  unwrap(kept: WrappedKey, place: string): Buffer;
}

/** The master key that a key is wrapped with is not among those configured. */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';
}

/** Stands in where no master key is given, and opens what was wrapped then. Everybody can know it, so it hides nothing. */
const knownToAll = createHash('sha256').update('no master key').digest();

/** @param keys 32 bytes each, base64; the first wraps, all unwrap. Empty for none: then nothing is kept secret */
export function createMasterKeys(keys: readonly string[]): MasterKeys {
  const masters = [...keys.map((key) => Buffer.from(key, 'base64')), knownToAll].map((secret) => {
    return { secret: derived(secret, 'wrapping', keyBytes), fingerprint: fingerprintOf(secret) };
  });
  const [first] = masters;
  if (!first) throw new TypeError('there is no master key');
  return {
    current: first.fingerprint,
    known: masters.map(({ fingerprint }) => fingerprint),
    wrap: (key, place) => ({ wrapped: encryptedBox(first.secret, key, place), master: first.fingerprint }),
    unwrap({ wrapped, master }, place) {
      const found = masters.find(({ fingerprint }) => fingerprint === master);
      if (!found) throw new MasterKeyMissing(`PRIVACY_MASTER_KEY lacks the key ${master} that personal data need`);
      return openBox(found.secret, wrapped, place);
    },
  };
}

/** Tells master keys apart and says nothing of what they are. */
const fingerprintBytes = 8;

function fingerprintOf(master: Buffer): string {
  return derived(master, 'fingerprint', fingerprintBytes).toString('hex');
}

/** One purpose, one key: what is derived for one gives nothing away about another. */
function derived(master: Buffer, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `portal personal data, ${purpose}`, bytes));
}
