import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatOf, segmentIn, UnreadableExport } from './export-reading.js';
import type { FileFinding, Findings } from './findings.js';
import { linesOf } from './lines.js';
import { besides, hashOfFile, readManifest, type SignedManifest, unsigned } from './manifest.js';
import type { Verifier } from './signing.js';

/**
 * The manifest of an export, when there is one, with its signature checked.
 * @throws UnreadableExport for a CSV without one, which nothing else can vouch for
 */
export async function checkedManifest(
  file: string,
  verifier: Verifier | null,
  { findings, notes }: { findings: Findings; notes: string[] },
): Promise<SignedManifest | null> {
  const name = path.basename(besides.manifest(file));
  const report = (reason: FileFinding['reason'], detail: string) =>
    findings.add({ kind: 'file', file: name, reason, detail });
  const text = await readFile(besides.manifest(file), 'utf8').catch(() => null);
  if (text === null) {
    if (formatOf(file) === 'csv') {
      throw new UnreadableExport(`a CSV export is checked with its manifest, and there is no ${name}`);
    }
    const detail = 'only the chains are checked, not what is missing before or after them';
    if (verifier) report('missing', detail);
    else notes.push(`there is no ${name}: ${detail}`);
    return null;
  }
  const manifest = readManifest(text);
  if (!manifest) report('unreadable', 'it is no manifest of an export');
  else if (!verifier)
    notes.push(
      'no public key was given with --key, so no signature is checked: who changed the export can have made its hashes fit',
    );
  else checkSignature(manifest, verifier, report);
  return manifest;
}

function checkSignature(
  manifest: SignedManifest,
  verifier: Verifier,
  report: (reason: FileFinding['reason'], detail: string) => void,
): void {
  const { signature } = manifest;
  const verdict = signature ? verifier.verify(unsigned(manifest), signature) : 'unsigned';
  if (verdict === 'unsigned') report('signature', 'it is not signed');
  if (verdict === 'invalid') report('signature', 'it is not what its signature is over');
  if (verdict === 'unknown-key') report('unknown-key', `the key ${signature?.keyId} that signed it was not given`);
}

/** @returns whether the index is the one of the manifest */
export async function checkFiles(file: string, manifest: SignedManifest, findings: Findings): Promise<boolean> {
  let indexed = false;
  for (const { role, name, sha256 } of manifest.files) {
    const found = await hashOfFile(role === 'events' ? file : besides.index(file));
    if (found === sha256) indexed ||= role === 'index' && (await readable(name));
    else if (found)
      findings.add({ kind: 'file', file: name, reason: 'hash', detail: 'it is not the file of the manifest' });
    else findings.add({ kind: 'file', file: name, reason: 'missing', detail: 'it cannot be read' });
  }
  return indexed;

  /** Whoever makes the index anew can make its hash anew as well, so it may hold anything; then the signature tells. */
  async function readable(name: string): Promise<boolean> {
    let number = 0;
    for await (const line of linesOf(besides.index(file))) {
      number += 1;
      if (segmentIn(line)) continue;
      findings.add({ kind: 'file', file: name, reason: 'unreadable', detail: `line ${number} is not one of an index` });
      return false;
    }
    return true;
  }
}
