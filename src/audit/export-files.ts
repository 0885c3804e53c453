import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EventStore, formatPosition, type RecordedEvent } from '../commands/event-store.js';
import { type ExportFilter, type ExportFormat, exportedEvents, exportLines, lineForm } from './export.js';
import { besides, type Manifest, type ManifestFile, type SignedManifest } from './manifest.js';
import { createSegmentWriter } from './register.js';
import type { Signer } from './signing.js';

export interface FileExport {
  readonly file: string;
  readonly filter: ExportFilter;
  readonly format: ExportFormat;
  /** Null leaves the manifest unsigned. */
  readonly signer: Signer | null;
  readonly now: Date;
  readonly onProgress?: (events: number) => void;
}

/**
 * Writes an export beside its index, which lists every line in its order, and a manifest with the hashes of both. The
 * manifest comes last: an export that was interrupted has none. Files that exist are replaced.
 */
export async function exportToFiles(
  eventStore: Pick<EventStore, 'readAll' | 'readStream' | 'head'>,
  options: FileExport,
): Promise<SignedManifest> {
  const output = { events: createFile(options.file), index: createFile(besides.index(options.file)) };
  try {
    return await write(eventStore, output, options);
  } catch (error) {
    await Promise.all([output.events.discard(), output.index.discard()]);
    throw error;
  }
}

async function write(
  eventStore: Pick<EventStore, 'readAll' | 'readStream' | 'head'>,
  output: Record<ManifestFile['role'], ReturnType<typeof createFile>>,
  { file, filter, format, signer, now, onProgress }: FileExport,
): Promise<SignedManifest> {
  const head = await eventStore.head();
  const segments = createSegmentWriter(null);
  const streams = new Set<string>();
  let events = 0;
  let first: RecordedEvent | null = null;
  let last: RecordedEvent | null = null;
  const passing = async function* () {
    for await (const event of exportedEvents(eventStore, filter)) {
      first ??= event;
      last = event;
      yield event;
    }
  };
  for await (const line of exportLines(passing(), format)) {
    await output.events.write(line);
    const listed = lineForm(line, format);
    if (!listed) continue;
    streams.add(listed.stream);
    events += 1;
    onProgress?.(events);
    const segment = segments.add(listed);
    if (segment) await output.index.write(JSON.stringify(segment));
  }
  // A manifest that is there is of the files that go now.
  await rm(besides.manifest(file), { force: true });
  const rest = segments.flush();
  if (rest) await output.index.write(JSON.stringify(rest));
  const manifest: Manifest = {
    type: 'AuditExport',
    version: 1,
    createdAt: now.toISOString(),
    format,
    filter,
    events,
    streams: streams.size,
    first: positionOf(first),
    last: positionOf(last),
    head: head && formatPosition(head),
    files: [await output.events.close('events'), await output.index.close('index')],
  };
  const signed = { ...manifest, signature: signer?.sign(manifest) ?? null };
  await writeFile(besides.manifest(file), `${JSON.stringify(signed, null, 2)}\n`);
  return signed;
}

function positionOf(event: RecordedEvent | null): string | null {
  return event && formatPosition(event.position);
}

/** A file of lines that knows its hash, and has its name only once it is whole. */
function createFile(file: string) {
  const draft = `${file}.${process.pid}.tmp`;
  const stream = createWriteStream(draft);
  // A full disk is heard of at the next write or at the end.
  let failure: Error | null = null;
  stream.on('error', (error) => {
    failure = error;
  });
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async write(line: string): Promise<void> {
      if (failure) throw failure;
      const chunk = Buffer.from(`${line}\n`, 'utf8');
      hash.update(chunk);
      bytes += chunk.length;
      if (!stream.write(chunk)) await once(stream, 'drain');
    },
    async close(role: ManifestFile['role']): Promise<ManifestFile> {
      if (failure) throw failure;
      stream.end();
      await once(stream, 'finish');
      await rename(draft, file);
      return { role, name: path.basename(file), bytes, sha256: hash.digest('hex') };
    },
    async discard(): Promise<void> {
      stream.destroy();
      if (!stream.closed) await once(stream, 'close').catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
}
