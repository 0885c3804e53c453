import { createHash } from 'node:crypto';
import { openLog } from '../embedded/eventstoredb/log/log.js';
import type { PlacedEvent } from '../embedded/eventstoredb/log/types.js';
import { encodeReadEvent } from '../embedded/eventstoredb/protocol/wire.js';

/** What the portal stores for a status change, in size and shape. */
export const benchData = { orderId: '0190a4c2-7d3b-7c55-9d7e-1f0c2b3a4d5e', status: 'picked', note: 'x'.repeat(120) };
const data = Buffer.from(JSON.stringify(benchData));
const metadata = Buffer.from(JSON.stringify({ $correlationId: 'c'.repeat(36), actor: 'bench', hash: 'h'.repeat(64) }));

/** The event with a number, always the same; spread over 1000 streams. */
export function benchEvent(
  index: number,
): Pick<PlacedEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata' | 'stream'> {
  return {
    id: createHash('md5').update(String(index)).digest('hex'),
    type: 'StatusChanged',
    contentType: 'application/json',
    data,
    metadata,
    stream: `order-${index % 1000}`,
  };
}

/** Fills the event store's folder, while no server has it, with {@link benchEvent | these events}. */
export async function seedEvents(dataDir: string, count: number): Promise<void> {
  const log = openLog(dataDir, encodeReadEvent);
  const size = 1000;
  for (let from = 0; from < count; from += size) {
    const events = Array.from({ length: size }, (_, index) => benchEvent(from + index));
    const { stream } = benchEvent(from / size);
    await log.append({ stream, expectation: 'any', events });
  }
  await log.close();
}
