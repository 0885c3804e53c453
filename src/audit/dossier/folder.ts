import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { storedData } from '../../commands/event-store.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { toOrderView } from '../../projections/models/orders.js';
import { exportLines } from '../export.js';
import type { Signable, Signature, Signer, Verifier } from '../signing.js';
import { verifyExport } from '../verify-file.js';
import type { Dossier } from './collect.js';
import { dossierPage } from './page.js';

/** The list of a dossier's files. What is signed is all of it but the signature. */
export interface Manifest extends Signable {
  readonly type: 'OrderDossier';
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly revision: number;
  /** Of the order's last event. */
  readonly lastHash: string;
  readonly collectedAt: string;
  readonly collectedBy: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  /** Null when no signing key was configured. */
  readonly signature: Signature | null;
}

/** The folder is not empty, so a dossier written there could hide among other files, or hide them. */
export class FolderNotEmpty extends Error {
  override readonly name = 'FolderNotEmpty';
}

const manifestName = 'manifest.json';

/** The customer stands in it in plain text: whoever collects it decides who else reads it. */
const folderMode = 0o700;
const fileMode = 0o600;

/**
 * Writes `dossier.html`, `events.jsonl`, `order.json` and, last, `manifest.json` into a new or empty folder.
 *
 * @param signer null leaves the manifest unsigned
 * @throws FolderNotEmpty
 */
export async function writeDossier(dossier: Dossier, folder: string, signer: Signer | null): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: folderMode });
  if ((await readdir(folder)).length > 0) throw new FolderNotEmpty(`${folder} is not empty`);
  const { order, events, checks, collectedAt, collectedBy } = dossier;
  const revision = events.length - 1;
  const records = new Map([
    ['events.jsonl', await eventLines(dossier)],
    ['order.json', `${JSON.stringify({ order: toOrderView(order, revision), checks }, null, 2)}\n`],
  ]);
  const page = dossierPage(
    dossier,
    [...records].map(([name, text]) => ({ name, ...fingerprint(text) })),
    signer !== null,
  );
  const files = new Map([['dossier.html', page], ...records]);
  const unsigned = {
    type: 'OrderDossier' as const,
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    revision,
    lastHash: events.at(-1)?.metadata.hash ?? '',
    collectedAt,
    collectedBy,
    files: [...files].map(([name, text]) => ({ name, ...fingerprint(text) })),
  };
  const manifest: Manifest = { ...unsigned, signature: signer?.sign(unsigned) ?? null };
  files.set(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [name, text] of files) await writeFile(path.join(folder, name), text, { mode: fileMode });
  return manifest;
}

/** What is wrong with a dossier's folder; nothing when `faults` is empty. */
export interface FolderVerdict {
  readonly orderNumber: string;
  /** An earlier dossier of the order, put in the place of this one, is sound as well. */
  readonly collectedAt: string;
  readonly files: number;
  readonly signature: 'valid' | 'invalid' | 'unknown-key' | 'unsigned';
  readonly faults: readonly string[];
}

/** Not a dossier at all. */
export class NoDossier extends Error {
  override readonly name = 'NoDossier';
}

/**
 * Checks a dossier without any server: every file against the manifest, the manifest against its signature, and the hash
 * chain of the events. A missing signature is a fault only to whoever has keys to check it with.
 *
 * @param verifier null when no key was given
 * @throws NoDossier
 */
export async function checkDossier(folder: string, verifier: Verifier | null): Promise<FolderVerdict> {
  const manifest = await readManifest(folder);
  const faults: string[] = [];
  for (const { name, bytes, sha256 } of manifest.files) {
    const content = await readFile(path.join(folder, path.basename(name))).catch(() => null);
    if (content === null) faults.push(`${name} is missing`);
    else if (!isDeepStrictEqual(fingerprint(content), { bytes, sha256 })) faults.push(`${name} was changed`);
    else if (name === 'events.jsonl')
      faults.push(...(await chainFaults(path.join(folder, name), content.toString('utf8'), manifest)));
  }
  const listed = new Set([manifestName, ...manifest.files.map(({ name }) => name)]);
  for (const name of await readdir(folder)) if (!listed.has(name)) faults.push(`${name} is not in the manifest`);
  const signature = verdictOn(manifest, verifier);
  if (signature === 'invalid') faults.push('the signature is not of this manifest');
  if (signature === 'unknown-key' && verifier) faults.push('the signature is by none of the given keys');
  if (signature === 'unsigned' && verifier) faults.push('the manifest is not signed');
  const { orderNumber, collectedAt } = manifest;
  return { orderNumber, collectedAt, files: manifest.files.length, signature, faults };
}

function verdictOn({ signature, ...signed }: Manifest, verifier: Verifier | null): FolderVerdict['signature'] {
  if (signature === null) return 'unsigned';
  return verifier ? verifier.verify(signed, signature) : 'unknown-key';
}

async function chainFaults(file: string, lines: string, manifest: Manifest): Promise<string[]> {
  const report = await verifyExport(file);
  const last: unknown = JSON.parse(lines.trimEnd().split('\n').at(-1) ?? '{}');
  const hash = Reflect.get(Object(Reflect.get(Object(last), 'metadata')), 'hash');
  return [
    ...report.findings.map((finding) => `events.jsonl: ${finding.detail}`),
    ...(hash === manifest.lastHash ? [] : ['events.jsonl does not end with the hash the manifest names']),
  ];
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, manifestName), 'utf8').catch((error: unknown) => {
    throw new NoDossier(`${folder} has no ${manifestName}`, { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NoDossier(`${manifestName} is not JSON`, { cause: error });
  }
  if (!isManifest(value)) throw new NoDossier(`${manifestName} is not of an order dossier`);
  return value;
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { type, files, lastHash, orderNumber, collectedAt } = value as Partial<Record<keyof Manifest, unknown>>;
  return (
    type === 'OrderDossier' &&
    typeof lastHash === 'string' &&
    typeof orderNumber === 'string' &&
    typeof collectedAt === 'string' &&
    Array.isArray(files) &&
    files.every((file) => typeof file?.name === 'string' && typeof file.sha256 === 'string') &&
    'signature' in value
  );
}

/** As stored, which is what the hashes are over: personal data stay sealed in it. */
async function eventLines({ events }: Dossier): Promise<string> {
  const stored = events.map((event) => ({ ...event, data: storedData(event) }));
  let lines = '';
  for await (const line of exportLines(stored, 'jsonl')) lines += `${line}\n`;
  return lines;
}

function fingerprint(content: string | Buffer): { bytes: number; sha256: string } {
  return { bytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') };
}
