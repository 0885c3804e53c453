import { once } from 'node:events';
import { type ExportFormat, exportedEvents, exportLines, unknownIn } from '../../audit/export.js';
import { exportToFiles, type FileExport } from '../../audit/export-files.js';
import type { Sku } from '../../domain/shared/ids.js';
import { counted } from '../../domain/shared/words.js';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.js';
import { timeOf } from '../options.js';
import { outFileOf } from '../out-file.js';
import { resolveOrderId } from '../resolve-order.js';
import type { Cli } from '../session.js';

interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly sku?: Sku;
  readonly format: ExportFormat;
  readonly out?: string;
}

/** `audit export`: events as they are stored, on standard output or into signed files. */
export async function exportEvents(cli: Cli, options: ExportOptions): Promise<ExitCode> {
  const { format } = options;
  const out = options.out === undefined ? null : outFileOf(options.out);
  const filter = {
    ...(options.from === undefined ? {} : { from: timeOf('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: timeOf('--to', options.to) }),
    ...(options.order === undefined ? {} : { orderId: await resolveOrderId(await cli.portal(), options.order) }),
    ...(options.sku === undefined ? {} : { sku: options.sku }),
  };
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw new CliError(`nothing is from ${filter.from} on and before ${filter.to}`, exitCodes.misused);
  }
  const { storedEvents, audit: keys, clock } = await cli.portal();
  const unknown = await unknownIn(storedEvents, filter);
  if (unknown !== null) throw new CliError(`there is no ${unknown}`);
  if (out !== null) return exportSigned(cli, out, { filter, format, signer: keys.signer, now: clock.now() });
  // A terminal shows the events themselves; a bar between them helps nobody.
  const { stdout } = cli.terminal;
  const progress = stdout.isTTY ? null : cli.out.progress('export');
  let events = 0;
  try {
    for await (const line of exportLines(exportedEvents(storedEvents, filter), format)) {
      if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
      events += 1;
      progress?.show(events);
    }
  } finally {
    progress?.end();
  }
  return exitCodes.ok;
}

async function exportSigned(
  cli: Cli,
  file: string,
  options: Omit<FileExport, 'file' | 'onProgress'>,
): Promise<ExitCode> {
  const progress = cli.out.progress('export');
  const { storedEvents } = await cli.portal();
  const manifest = await exportToFiles(storedEvents, {
    ...options,
    file,
    onProgress: (events) => progress.show(events),
  }).finally(() => progress.end());
  cli.out.answer(manifest, () => {
    const { events, streams, files, signature } = manifest;
    cli.out.line(`${counted(events, 'event')} in ${counted(streams, 'stream')}`);
    for (const { name, bytes, sha256 } of files) cli.out.line(`${sha256}  ${name} (${bytes} bytes)`);
    cli.out.line(signature ? `signed by ${signature.keyId}` : 'not signed: AUDIT_SIGNING_KEY is not set');
  });
  return exitCodes.ok;
}
