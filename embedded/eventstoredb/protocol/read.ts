import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { StoredEvent } from '../log/types.js';
import { read } from '../subscriptions/read.js';
import { type Notice, subscribe } from '../subscriptions/subscription.js';
import { parseReadRequest, type WireReadRequest } from './read-request.js';
import { asRefusal, invalid, stoppingNow } from './refusals.js';
import { type Streams, streamIdentifier, streams } from './wire.js';

/** An answer still to be encoded, or one that the log kept encoded. */
export type ReadAnswer = Streams.ReadResp | Buffer;

const { CaughtUp, Checkpoint, StreamNotFound, SubscriptionConfirmation } = streams.ReadResp;

/** `Streams.Read`: reads and subscriptions, of a stream or of everything. */
export function createRead(log: Log, stopping: AbortSignal): handleServerStreamingCall<Streams.ReadReq, ReadAnswer> {
  return async (call) => {
    const gone = new AbortController();
    const { signal } = gone;
    for (const end of ['cancelled', 'close']) call.on(end, () => gone.abort());
    const refuse = (reason: unknown) => {
      if (!signal.aborted) call.emit('error', asRefusal(reason).toServiceError());
      gone.abort();
    };
    stopping.addEventListener('abort', () => refuse(stoppingNow()), { signal });
    try {
      const options = call.request.getOptions();
      if (options === undefined) throw invalid('a read needs options');
      const request = parseReadRequest(options);
      for await (const answers of request.subscription ? follow(log, request, signal) : readOnce(log, request)) {
        for (const answer of answers) {
          if (signal.aborted) return;
          // No faster than the client reads.
          if (!call.write(answer)) await once(call, 'drain', { signal });
        }
        // A page may hold nothing to send, and others want their turn.
        await setImmediate();
      }
      call.end();
    } catch (error) {
      refuse(error);
    }
  };
}

async function* readOnce(log: Log, request: WireReadRequest): AsyncGenerator<ReadAnswer[]> {
  const { source } = request;
  if (source !== undefined && log.last(source) === undefined) {
    const missing = new StreamNotFound().setStreamIdentifier(streamIdentifier(source));
    yield [new streams.ReadResp().setStreamNotFound(missing)];
    return;
  }
  for (const events of read(log, request)) yield answersOf(log, events, request);
}

async function* follow(log: Log, request: WireReadRequest, gone: AbortSignal): AsyncGenerator<ReadAnswer[]> {
  yield [new streams.ReadResp().setConfirmation(new SubscriptionConfirmation().setSubscriptionId(randomUUID()))];
  for await (const notice of subscribe(log, request, gone)) yield answersOf(log, notice, request);
}

function answersOf(log: Log, notice: Notice, { resolveLinks }: WireReadRequest): ReadAnswer[] {
  if (notice === 'caught_up') return [new streams.ReadResp().setCaughtUp(new CaughtUp())];
  if (typeof notice === 'number') {
    const position = String(notice);
    const checkpoint = new Checkpoint().setCommitPosition(position).setPreparePosition(position);
    return [new streams.ReadResp().setCheckpoint(checkpoint)];
  }
  return notice.map((event) => (resolveLinks && event.type === '$>' ? resolveLink(log, event) : event.body));
}

/** The answer to a link, an event whose data is `revision@stream`: the event it leads to, if there is one, beside it. */
function resolveLink(log: Log, { body }: StoredEvent): Streams.ReadResp {
  const answer = streams.ReadResp.deserializeBinary(body);
  const link = answer.getEvent()?.getEvent();
  const [revision = '', stream = ''] = Buffer.from(link?.getData_asU8() ?? [])
    .toString()
    .split(/@(.*)/s);
  const [found] = log.read(stream, Number(revision), 'forwards', 1);
  const target = found?.revision === Number(revision) ? streams.ReadResp.deserializeBinary(found.body) : undefined;
  answer.getEvent()?.setLink(link).setEvent(target?.getEvent()?.getEvent());
  return answer;
}
