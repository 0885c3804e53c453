import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSigner, createVerifier, publicKeyPem, readPublicKeys, UnusableKey } from '../../../src/audit/signing.js';

/** Private key and document of RFC 8037, appendix A: the thumbprint is known from there. */
const rfcKey = 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g';
const rfcThumbprint = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';

const newKey = () =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
const document = { type: 'manifest', files: [{ name: 'a.jsonl', sha256: 'ff' }], count: 1 };

describe('signing', () => {
  it('names a key by its thumbprint', () => {
    expect(createSigner(rfcKey).publicKey).toMatchObject({
      kid: rfcThumbprint,
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    });
  });

  it('signs what a document says, however it is spelled', () => {
    const signer = createSigner(newKey().privateKey);
    const { verify } = createVerifier([signer.publicKey]);
    const signature = signer.sign(document);
    const spelled = { count: 1, files: [{ sha256: 'ff', name: 'a.jsonl' }], type: 'manifest' };
    expect(verify(spelled, signature)).toBe('valid');
    expect(verify({ ...document, type: 'seal' }, signature)).toBe('invalid');
    expect(verify({ ...spelled, count: 2 } as typeof spelled, signature)).toBe('invalid');
    expect(verify(document, { ...signature, value: 'AAAA' })).toBe('invalid');
    const odd = [{ algorithm: 'none' }, { keyId: undefined }, { value: 5 }];
    for (const part of odd) expect(verify(document, { ...signature, ...part })).toBe('invalid');
    expect(verify(document, 'nonsense')).toBe('invalid');
  });

  it('tells a key it does not know from a wrong signature, and knows several keys at once', () => {
    const [former, current] = [createSigner(newKey().privateKey), createSigner(newKey().privateKey)];
    const old = former.sign(document);
    expect(createVerifier([current.publicKey]).verify(document, old)).toBe('unknown-key');
    const both = createVerifier([current.publicKey, former.publicKey, current.publicKey]);
    expect(both.verify(document, old)).toBe('valid');
    expect(both.keys).toEqual([current.publicKey, former.publicKey]);
  });

  it('reads private keys as PEM, with line ends spelled out, as base64, and as their 32 bytes', () => {
    const { privateKey } = newKey();
    const base64 = privateKey.replaceAll(/-----.*-----|\n/g, '');
    const seed = Buffer.from(base64, 'base64').subarray(-32);
    const ids = [
      privateKey,
      privateKey.replaceAll('\n', '\\n'),
      base64,
      seed.toString('base64'),
      seed.toString('hex'),
    ].map((text) => createSigner(text).publicKey.kid);
    expect(new Set(ids).size).toBe(1);
  });

  it('reads public keys as PEM, several PEM, JWK and JWK set', () => {
    const [one, two] = [createSigner(newKey().privateKey).publicKey, createSigner(newKey().privateKey).publicKey];
    expect(readPublicKeys(publicKeyPem(one))).toEqual([one]);
    expect(readPublicKeys(publicKeyPem(one) + publicKeyPem(two))).toEqual([one, two]);
    expect(readPublicKeys(JSON.stringify(one))).toEqual([one]);
    expect(readPublicKeys(JSON.stringify({ keys: [one, two] }))).toEqual([one, two]);
    // A key id is computed, never believed.
    expect(readPublicKeys(JSON.stringify({ ...one, kid: two.kid }))).toEqual([one]);
  });

  it('refuses keys of another kind, and never quotes a private one', () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    for (const text of [rsa.privateKey, newKey().publicKey, 'c2VjcmV0', '']) {
      expect(() => createSigner(text)).toThrow(/Ed25519 private key in PKCS #8/);
    }
    const { publicKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const notOurs = elliptic.export({ type: 'spki', format: 'pem' }).toString();
    const mixed = JSON.stringify({ keys: [createSigner(newKey().privateKey).publicKey, 1] });
    for (const text of [rsa.publicKey, notOurs, mixed, '{}', '{"keys":[]}', 'hello']) {
      expect(() => readPublicKeys(text)).toThrow(UnusableKey);
    }
  });
});
