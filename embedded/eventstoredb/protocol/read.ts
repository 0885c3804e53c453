import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { StoredEvent } from '../log/types.js';
import { read } from '../subscriptions/read.js';
import { type Notice, subscribe } from '../subscriptions/subscription.js';
import { parseReadOptions, type ReadOptions } from './read-options.js';
import { asRefusal, stoppingNow } from './refusals.js';
import { type Streams, streamIdentifier, streams, withStructuredId } from './wire.js';

/** An answer still to be encoded, or one that the log kept encoded. */
export type ReadAnswer = Streams.ReadResp | Buffer;

type Call = ServerWritableStream<Streams.ReadReq, ReadAnswer>;
type Send = ReturnType<typeof createSender>;

/** `Streams.Read`: reads and subscriptions, of a stream or of everything. */
export function createRead(log: Log, stopping: AbortSignal): handleServerStreamingCall<Streams.ReadReq, ReadAnswer> {
  return async (call) => {
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort());
    call.on('close', () => gone.abort());
    const stop = () => {
      call.emit('error', stoppingNow().toServiceError());
      gone.abort();
    };
    stopping.addEventListener('abort', stop, { signal: gone.signal });
    try {
      const options = parseReadOptions(call.request.getOptions(), log);
      const send = createSender(call, gone.signal);
      await (options.subscription ? follow(log, options, send, gone.signal) : answer(options, send, gone.signal));
      if (!gone.signal.aborted) call.end();
    } catch (error) {
      if (!gone.signal.aborted) call.emit('error', asRefusal(error).toServiceError());
    }
  };
}

async function answer(options: ReadOptions, send: Send, gone: AbortSignal): Promise<void> {
  if (options.stream !== undefined && options.source.last() === undefined) {
    const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(options.stream));
    await send([new streams.ReadResp().setStreamNotFound(missing)]);
    return;
  }
  for (const events of read(options)) {
    await send(events.map(answerWith(options.structuredIds)));
    // A page may hold nothing to send, and others want their turn.
    await setImmediate();
    if (gone.aborted) return;
  }
}

async function follow(log: Log, options: ReadOptions, send: Send, gone: AbortSignal): Promise<void> {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
  await send([new streams.ReadResp().setConfirmation(confirmation)]);
  for await (const notice of subscribe({ ...options, more: () => log.nextAppend(gone) })) {
    if (gone.aborted) return;
    await send(answersOf(notice, options.structuredIds));
    await setImmediate();
  }
}

function answersOf(notice: Notice, structuredIds: boolean): ReadAnswer[] {
  if (notice === 'caught_up') return [new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())];
  if (typeof notice !== 'number') return notice.map(answerWith(structuredIds));
  const position = String(notice);
  const checkpoint = new streams.ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position);
  return [new streams.ReadResp().setCheckpoint(checkpoint)];
}

function answerWith(structuredIds: boolean): (event: StoredEvent) => ReadAnswer {
  return structuredIds ? withStructuredId : ({ body }) => body;
}

/**
 * Writes to the client no faster than it reads: waits when the connection's buffers are full. The client's going away
 * is the other way out of the wait; the loops above look at the signal.
 */
function createSender(call: Call, gone: AbortSignal) {
  let wake = () => {};
  call.on('drain', () => wake());
  gone.addEventListener('abort', () => wake());
  return async (answers: readonly ReadAnswer[]): Promise<void> => {
    for (const answer of answers) {
      if (gone.aborted) return;
      if (call.write(answer)) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
