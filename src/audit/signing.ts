import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../commands/canonical-json.js';

/** An Ed25519 public key as JWK (RFC 8037). `kid` is its thumbprint (RFC 7638), so equal keys have equal ids anywhere. */
export interface PublicKeyJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes in base64url. */
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** A document that says what it is, so that a signature under one kind never passes for another kind. */
export interface Signable {
  readonly type: string;
}

export interface Signature {
  readonly algorithm: 'Ed25519';
  readonly keyId: string;
  /** 64 bytes in base64url. */
  readonly value: string;
}

export interface Signer {
  readonly publicKey: PublicKeyJwk;
  /** Signs the canonical JSON (RFC 8785, UTF-8) of a document. Without its own signature, of course. */
  sign(document: Signable): Signature;
}

export interface Verifier {
  readonly keys: readonly PublicKeyJwk[];
  /** Never throws: a signature that cannot even be read is invalid. */
  verify(document: Signable, signature: unknown): SignatureVerdict;
}

/** `unknown-key`: it may be right, but none of the verifier's keys made it. */
type SignatureVerdict = 'valid' | 'invalid' | 'unknown-key';

/** A text that holds no usable key. The message is the end of a sentence that begins with the name of the text. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
}

/**
 * @param privateKey Ed25519 in PKCS #8, as PEM or as the base64 of its DER on one line; or its 32 bytes in base64 or hex
 * @throws UnusableKey
 */
export function createSigner(privateKey: string): Signer {
  const key = readPrivateKey(privateKey);
  const publicKey = jwkOf(createPublicKey(key));
  return {
    publicKey,
    sign: (document) => ({
      algorithm: 'Ed25519',
      keyId: publicKey.kid,
      value: sign(null, bytesOf(document), key).toString('base64url'),
    }),
  };
}

/** Verifies what any of these keys signed. Needs nothing but the keys: no configuration, no server. */
export function createVerifier(keys: readonly PublicKeyJwk[]): Verifier {
  const byId = new Map(keys.map((key) => [key.kid, createPublicKey({ key: { ...key }, format: 'jwk' })]));
  return {
    keys: keys.filter(({ kid }, index) => keys.findIndex((other) => other.kid === kid) === index),
    verify(document, signature) {
      if (!isSignature(signature)) return 'invalid';
      const key = byId.get(signature.keyId);
      if (!key) return 'unknown-key';
      return verify(null, bytesOf(document), key, Buffer.from(signature.value, 'base64url')) ? 'valid' : 'invalid';
    },
  };
}

/**
 * The Ed25519 public keys in a text: one or more PEM blocks, a JWK, or a JWK set as the portal publishes it.
 *
 * @throws UnusableKey when there is none, or one of another kind
 */
export function readPublicKeys(text: string): PublicKeyJwk[] {
  // JSON first: the published set carries each key as PEM as well.
  const parsed = parse(text);
  const blocks = parsed === null && text.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g);
  if (blocks) return blocks.map((pem) => keyFrom(() => createPublicKey(pem)));
  const keys = isRecord(parsed) && Array.isArray(parsed.keys) ? parsed.keys : [parsed];
  if (keys.length === 0 || !keys.every(isRecord)) {
    throw new UnusableKey('must hold Ed25519 public keys: PEM, a JWK or a JWK set');
  }
  return keys.map(({ kty, crv, x }) => {
    const key = { kty: String(kty), crv: String(crv), x: String(x) };
    return keyFrom(() => createPublicKey({ key, format: 'jwk' }));
  });
}

/** The same key for tools that do not read JWK. */
export function publicKeyPem(key: PublicKeyJwk): string {
  return createPublicKey({ key: { ...key }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

function readPrivateKey(text: string): KeyObject {
  // An environment variable often cannot hold line ends and spells them out.
  const pem = text.replaceAll('\\n', '\n').trim();
  let key: KeyObject;
  try {
    key = pem.startsWith('-----')
      ? createPrivateKey(pem)
      : createPrivateKey({ key: inPkcs8(pem), format: 'der', type: 'pkcs8' });
  } catch {
    // The reason could quote the key.
    throw new UnusableKey(privateKeyRule);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new UnusableKey(privateKeyRule);
  return key;
}

/** PKCS #8 (RFC 8410) is this and the 32 random bytes that an Ed25519 key is; many tools give out those alone. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;

function inPkcs8(text: string): Buffer {
  const key = /^[\da-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  return key.length === seedBytes ? Buffer.concat([pkcs8Prefix, key]) : key;
}

const privateKeyRule =
  'must be an Ed25519 private key in PKCS #8 without a passphrase (PEM, or its DER in base64), or its 32 bytes in base64 or hex';

function keyFrom(make: () => KeyObject): PublicKeyJwk {
  try {
    return jwkOf(make());
  } catch {
    throw new UnusableKey('must hold Ed25519 public keys only');
  }
}

function jwkOf(key: KeyObject): PublicKeyJwk {
  const { x } = key.export({ format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined) throw new TypeError('not an Ed25519 key');
  const members = { crv: 'Ed25519', kty: 'OKP', x } as const;
  const kid = createHash('sha256').update(canonicalJson(members)).digest('base64url');
  return { ...members, kid, use: 'sig', alg: 'EdDSA' };
}

function bytesOf(document: Signable): Buffer {
  return Buffer.from(canonicalJson(document), 'utf8');
}

function isSignature(value: unknown): value is Signature {
  return (
    isRecord(value) &&
    value.algorithm === 'Ed25519' &&
    typeof value.keyId === 'string' &&
    typeof value.value === 'string'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
