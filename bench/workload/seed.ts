import { randomUUID } from 'node:crypto';
import { openLog } from '../../embedded/eventstoredb/log/log.js';
import { encodeReadEvent } from '../../embedded/eventstoredb/protocol/wire.js';
import { envelope } from '../../src/commands/event-envelope.js';
import { type TradeOptions, trade } from './trade.js';

/** Appends on their way to the disk at once: the log commits up to 1024 of them together. */
const appendsAtOnce = 1_024;
const context = { correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:bench' };

/**
 * Fills the event store's folder, while no server has it, with at least so many events of a believable trade: with the
 * metadata and hash chains that commands write, but without the wire between.
 *
 * @returns how many events there are
 */
export async function seedStore(folder: string, atLeast: number, options: TradeOptions = {}): Promise<number> {
  const log = openLog(folder, encodeReadEvent);
  const hashes = new Map<string, string>();
  let written = 0;
  let pending: Promise<unknown>[] = [];
  for (const { stream, events, at } of trade(options)) {
    const prevHash = hashes.get(stream) ?? null;
    const wrapped = envelope(events, { commandId: randomUUID(), context, recordedAt: at, prevHash });
    hashes.set(stream, wrapped.at(-1)?.metadata.hash ?? '');
    pending.push(
      log.append({
        stream,
        expectation: 'any',
        events: wrapped.map(({ id, type, data, metadata }) => ({
          id: id.replaceAll('-', ''),
          type,
          contentType: 'application/json',
          data: Buffer.from(JSON.stringify(data)),
          metadata: Buffer.from(JSON.stringify(metadata)),
        })),
      }),
    );
    written += wrapped.length;
    if (written >= atLeast) break;
    if (pending.length < appendsAtOnce) continue;
    await Promise.all(pending);
    pending = [];
  }
  await Promise.all(pending);
  await log.close();
  return written;
}
