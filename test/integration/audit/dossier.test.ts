import { generateKeyPairSync } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDossier, FolderNotEmpty, NoDossier, writeDossier } from '../../../src/audit/dossier/folder.js';
import { createSigner, createVerifier } from '../../../src/audit/signing.js';
import { dossierOf } from '../../support/dossier.js';
import { toDelivered } from '../../support/orders.js';

const newSigner = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return createSigner(privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'));
};

describe("the folder of an order's dossier", () => {
  const signer = newSigner();
  const verifier = createVerifier([signer.publicKey]);
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const faults = async () => (await checkDossier(folder, verifier)).faults;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dossier-'));
    await writeDossier(dossierOf(toDelivered), folder, signer);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('holds the page, the events, the order and a signed list of them', async () => {
    expect((await readdir(folder)).sort()).toEqual(['dossier.html', 'events.jsonl', 'manifest.json', 'order.json']);
    expect(await checkDossier(folder, verifier)).toMatchObject({ files: 3, signature: 'valid', faults: [] });
    const lines = (await readFile(at('events.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(dossierOf(toDelivered).events.map(({ type }) => type));
  });

  it('is for who has collected it alone, since the customer stands in it', async () => {
    await writeDossier(dossierOf(toDelivered), at('inner'), signer);
    for (const name of ['inner', 'inner/dossier.html', 'order.json', 'events.jsonl', 'manifest.json']) {
      expect((await stat(at(name))).mode & 0o077, name).toBe(0);
    }
  });

  it('is checked without a key, too, except for its signature', async () => {
    expect(await checkDossier(folder, null)).toMatchObject({ signature: 'unknown-key', faults: [] });
  });

  it('shows a changed, a missing and an added file', async () => {
    await appendFile(at('dossier.html'), ' ');
    await rm(at('order.json'));
    await writeFile(at('more.txt'), 'more');
    expect(await faults()).toEqual([
      'dossier.html was changed',
      'order.json is missing',
      'more.txt is not in the manifest',
    ]);
  });

  it('shows a manifest that was made to fit, one by a stranger, and one without a signature', async () => {
    const manifest = JSON.parse(await readFile(at('manifest.json'), 'utf8'));
    await writeFile(at('manifest.json'), JSON.stringify({ ...manifest, orderNumber: 'VL-OTHER' }));
    expect(await faults()).toEqual(['the signature is not of this manifest']);
    await writeFile(at('manifest.json'), JSON.stringify({ ...manifest, signature: newSigner().sign(manifest) }));
    expect(await faults()).toEqual(['the signature is by none of the given keys']);
    await writeFile(at('manifest.json'), JSON.stringify({ ...manifest, signature: null }));
    expect(await faults()).toEqual(['the manifest is not signed']);
  });

  it('is not written among other files, and another folder is no dossier', async () => {
    await expect(writeDossier(dossierOf(toDelivered), folder, signer)).rejects.toThrow(FolderNotEmpty);
    await rm(at('manifest.json'));
    await expect(checkDossier(folder, verifier)).rejects.toThrow(NoDossier);
  });
});
