import type { StreamingRead } from '@eventstore/db-client';

/** Events that may still come of a read that nobody follows any more. */
const restEvents = 128;
/** A server that is silent has the read called off after this, so that it keeps no client from closing. */
const restMs = 10_000;

/**
 * Lets go of a read before its end. Most are nearly over, and run out: a server ends the connection, with everything on it,
 * when many calls on it are called off. A longer one is called off all the same.
 */
export function leave(reading: StreamingRead<unknown>): void {
  if (reading.readableEnded) return;
  let left = restEvents;
  const late = setTimeout(() => void callOff(reading), restMs).unref();
  reading.on('data', () => {
    left -= 1;
    if (left === 0) void callOff(reading);
  });
  for (const end of ['end', 'close'] as const) reading.on(end, () => clearTimeout(late));
  reading.resume();
}

/** Otherwise it goes on in the client; and what had arrived by then must run out, or the read never ends. */
export async function callOff(reading: StreamingRead<unknown>): Promise<void> {
  await reading.cancel().catch(() => undefined);
  reading.resume();
}
