import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type handleServerStreamingCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { StoredEvent } from '../log/types.js';
import { read } from '../subscriptions/read.js';
import { subscribe } from '../subscriptions/subscription.js';
import { parseReadOptions, type ReadOptions } from './read-options.js';
import { AppendRefused } from './refusals.js';
import { type Streams, streamIdentifier, streams, withStructuredId } from './wire.js';

/** An answer still to be encoded, or one that the log kept encoded. */
export type ReadAnswer = Streams.ReadResp | Buffer;

type ReadCall = handleServerStreamingCall<Streams.ReadReq, ReadAnswer>;
type Call = ServerWritableStream<Streams.ReadReq, ReadAnswer>;

/** `Streams.Read`: reads and subscriptions, of a stream or of everything. */
export function createRead(log: Log): ReadCall {
  return async (call) => {
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort());
    call.on('close', () => gone.abort());
    try {
      const options = parseReadOptions(call.request.getOptions(), log);
      const send = createSender(call, gone.signal, options.structuredIds);
      await (options.subscription ? follow(log, options, send, gone.signal) : answer(options, send, gone.signal));
      call.end();
    } catch (error) {
      if (gone.signal.aborted) return;
      call.emit('error', error instanceof AppendRefused ? error.toServiceError() : internal(error));
    }
  };
}

type Send = ReturnType<typeof createSender>;

async function answer(options: ReadOptions, send: Send, gone: AbortSignal): Promise<void> {
  if (options.stream !== undefined && options.source.last() === undefined) {
    const identifier = streamIdentifier(options.stream);
    const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier);
    await send.answer(new streams.ReadResp().setStreamNotFound(notFound));
    return;
  }
  for (const events of read(options)) {
    await send.events(events);
    // A page may hold nothing to send, and others want their turn.
    await setImmediate();
    if (gone.aborted) return;
  }
}

async function follow(log: Log, options: ReadOptions, send: Send, gone: AbortSignal): Promise<void> {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
  await send.answer(new streams.ReadResp().setConfirmation(confirmation));
  const { source, start, filter, checkpointInterval } = options;
  const notices = subscribe({
    source,
    start,
    filter: filter === undefined ? undefined : { filter, checkpointInterval },
    more: () => log.nextAppend(gone),
  });
  for await (const notice of notices) {
    if (gone.aborted) return;
    if (notice.kind === 'events') await send.events(notice.events);
    else if (notice.kind === 'caught_up') {
      await send.answer(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
    } else {
      const position = String(notice.position);
      const checkpoint = new streams.ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position);
      await send.answer(new streams.ReadResp().setCheckpoint(checkpoint));
    }
    await setImmediate();
  }
}

/**
 * Writes to the client no faster than it reads: when the connection's buffers are full, the caller gets a promise to
 * wait for. The client's going away is the other way out of the wait; the loops above look at the signal.
 */
function createSender(call: Call, gone: AbortSignal, structuredIds: boolean) {
  let wake = () => {};
  call.on('drain', () => wake());
  gone.addEventListener('abort', () => wake());
  const write = (message: ReadAnswer): Promise<void> | undefined => {
    if (gone.aborted || call.write(message)) return undefined;
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
  return {
    answer: write,
    async events(events: readonly StoredEvent[]): Promise<void> {
      for (const { body } of events) {
        const drained = write(structuredIds ? withStructuredId(body) : body);
        if (drained !== undefined) await drained;
      }
    },
  };
}

function internal(error: unknown) {
  return { code: status.INTERNAL, details: `the event store could not read: ${String(error)}` };
}
