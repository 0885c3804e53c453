import type { Position, RecordedEvent, SubscriptionMessage } from '../../commands/event-store.js';

/** A run of events to apply together. Without events it only moves checkpoints; without position it is a mere tick. */
export interface Batch {
  readonly events: readonly RecordedEvent[];
  /** Position of the last message in it. */
  readonly position: Position | null;
  /** True once the subscription has delivered everything that was there when it started. */
  readonly caughtUp: boolean;
}

export interface BatchLimits {
  /** Events in one transaction. */
  readonly maxEvents: number;
  /** How long to wait for more after the first event: the least that a reader waits for its own write. */
  readonly lingerMs: number;
  /** Messages read ahead. Beyond it the subscription is not pulled, so memory stays flat at any lag. */
  readonly maxBuffered: number;
  /** An empty batch comes at least this often, so that the consumer can look around. */
  readonly tickMs: number;
}

/**
 * Cuts a subscription into batches by count and time. Ends, or throws, as the subscription does; ending the iteration
 * aborts the subscription and waits for it.
 */
export async function* batches(
  subscribe: (signal: AbortSignal) => AsyncIterable<SubscriptionMessage>,
  limits: BatchLimits,
  onBuffered: (waiting: number) => void = () => undefined,
): AsyncGenerator<Batch> {
  const buffer: SubscriptionMessage[] = [];
  const stop = new AbortController();
  let ended = false;
  let failure: { error: unknown } | null = null;
  let caughtUp = false;
  const arrived = createBell();
  const drained = createBell();

  const pump = (async () => {
    try {
      for await (const message of subscribe(stop.signal)) {
        if (stop.signal.aborted) break;
        const last = buffer.at(-1);
        if (message.kind === 'checkpoint' && last?.kind === 'checkpoint') buffer[buffer.length - 1] = message;
        else buffer.push(message);
        onBuffered(buffer.length);
        arrived.ring();
        while (buffer.length >= limits.maxBuffered && !stop.signal.aborted) await drained.heard();
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      arrived.ring();
    }
  })();

  try {
    while (true) {
      if (buffer.length === 0 && !ended) await arrived.heard(limits.tickMs);
      const deadline = performance.now() + limits.lingerMs;
      while (buffer.length > 0 && buffer.length < limits.maxEvents && !ended) {
        const left = deadline - performance.now();
        if (left <= 0) break;
        await arrived.heard(left);
      }
      if (buffer.length === 0 && ended) break;
      const messages = buffer.splice(0, limits.maxEvents);
      drained.ring();
      caughtUp ||= messages.some((message) => message.kind === 'caught-up');
      yield toBatch(messages, caughtUp);
      onBuffered(buffer.length);
    }
    const failed = failure as { error: unknown } | null;
    if (failed) throw failed.error;
  } finally {
    stop.abort();
    drained.ring();
    await pump;
  }
}

function toBatch(messages: readonly SubscriptionMessage[], caughtUp: boolean): Batch {
  const events: RecordedEvent[] = [];
  let position: Position | null = null;
  for (const message of messages) {
    if (message.kind === 'event') {
      events.push(message.event);
      position = message.event.position;
    } else if (message.kind === 'checkpoint') {
      position = message.position;
    }
  }
  return { events, position, caughtUp };
}

/** A one-listener signal. A ring that nobody waits for is forgotten: look first, and wait with nothing awaited between. */
function createBell() {
  let wake: () => void = () => undefined;
  return {
    ring: () => wake(),
    heard(timeoutMs?: number) {
      return new Promise<void>((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
