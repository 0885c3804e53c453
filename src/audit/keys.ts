import {
  createSigner,
  createVerifier,
  type PublicKeyJwk,
  publicKeyPem,
  readPublicKeys,
  type Signer,
  type Verifier,
} from './signing.js';

/** The keys of an installation. */
export interface AuditKeys {
  /** Null where no key is configured: then nothing is signed. */
  readonly signer: Signer | null;
  /** Of the current key and the former ones. */
  readonly verifier: Verifier;
  /** What `/.well-known/audit-key` shows: the current key first. */
  readonly published: readonly (PublicKeyJwk & { readonly pem: string })[];
}

/** @throws UnusableKey; the configuration has checked both already */
export function createAuditKeys(config: {
  readonly AUDIT_SIGNING_KEY: string;
  readonly AUDIT_FORMER_KEYS: string;
}): AuditKeys {
  const signer = config.AUDIT_SIGNING_KEY === '' ? null : createSigner(config.AUDIT_SIGNING_KEY);
  const former = config.AUDIT_FORMER_KEYS === '' ? [] : readPublicKeys(config.AUDIT_FORMER_KEYS);
  const verifier = createVerifier([...(signer ? [signer.publicKey] : []), ...former]);
  return { signer, verifier, published: verifier.keys.map((key) => ({ ...key, pem: publicKeyPem(key) })) };
}
