import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ExportFilter, ExportFormat } from './export.js';
import { jsonOf } from './json-of.js';
import type { Signature } from './signing.js';

/** What an export is, and the hashes of its files; signed, so that it can be believed without the portal. */
export interface Manifest {
  readonly type: 'AuditExport';
  readonly version: 1;
  readonly createdAt: string;
  readonly format: ExportFormat;
  readonly filter: ExportFilter;
  readonly events: number;
  readonly streams: number;
  /** Positions of the first and last event in it, and of the end of the log when it was made. */
  readonly first: string | null;
  readonly last: string | null;
  readonly head: string | null;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly role: 'events' | 'index';
  /** Beside the manifest. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type SignedManifest = Manifest & { readonly signature: Signature | null };

/** Names of what belongs to an export. */
export const besides = {
  index: (file: string) => `${file}.index.jsonl`,
  manifest: (file: string) => `${file}.manifest.json`,
};

/** @returns null when the text is no manifest */
export function readManifest(text: string): SignedManifest | null {
  return jsonOf(text, isManifest);
}

/** The signed part of a manifest. */
export function unsigned({ signature: _, ...manifest }: SignedManifest): Manifest {
  return manifest;
}

/** SHA-256 of a file, hex; null when it cannot be read. */
export async function hashOfFile(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

function isManifest(value: unknown): value is SignedManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { type, version, format, files, filter } = value as Partial<Record<string, unknown>>;
  return (
    type === 'AuditExport' &&
    version === 1 &&
    (format === 'jsonl' || format === 'csv') &&
    typeof filter === 'object' &&
    filter !== null &&
    Array.isArray(files) &&
    files.every((file) => typeof file?.name === 'string' && typeof file.sha256 === 'string')
  );
}
