import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { StoredEvent } from '../log/types.js';
import { type Walk, walk } from '../log/walk.js';
import { parseReadRequest } from './read-request.js';
import { asRefusal, untilGone } from './refusals.js';
import { type Streams, streamIdentifier, streams } from './wire.js';

/** An answer still to be encoded, or one that the log kept encoded. */
export type ReadAnswer = Streams.ReadResp | Buffer;

const { CaughtUp, Checkpoint, StreamNotFound, SubscriptionConfirmation } = streams.ReadResp;

/** `Streams.Read`: reads and subscriptions, of a stream or of everything. */
export function createRead(log: Log, stopping: AbortSignal): handleServerStreamingCall<Streams.ReadReq, ReadAnswer> {
  return async (call) => {
    const signal = untilGone(call, stopping);
    try {
      const options = call.request.getOptions();
      const resolve = (event: StoredEvent) => (options?.getResolveLinks() ? resolveLink(log, event) : event.body);
      for await (const answers of answer(log, parseReadRequest(log, options), resolve, signal)) {
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
      if (!signal.aborted) call.emit('error', asRefusal(error).toServiceError());
    }
  };
}

async function* answer(log: Log, request: Walk, resolve: (event: StoredEvent) => ReadAnswer, gone: AbortSignal) {
  const { source, live } = request;
  if (live) {
    yield [new streams.ReadResp().setConfirmation(new SubscriptionConfirmation().setSubscriptionId(randomUUID()))];
  } else if (source !== undefined && log.last(source) === undefined) {
    const missing = new StreamNotFound().setStreamIdentifier(streamIdentifier(source));
    yield [new streams.ReadResp().setStreamNotFound(missing)];
  }
  for await (const notice of walk(log, request, gone)) {
    if (notice === 'caught_up') yield [new streams.ReadResp().setCaughtUp(new CaughtUp())];
    else if (typeof notice === 'number') yield [checkpoint(String(notice))];
    else yield notice.map(resolve);
  }
}

function checkpoint(position: string): Streams.ReadResp {
  const checkpoint = new Checkpoint().setCommitPosition(position).setPreparePosition(position);
  return new streams.ReadResp().setCheckpoint(checkpoint);
}

/** A link, an event whose data is `revision@stream`, becomes the event it leads to, if there is one, with the link beside. */
function resolveLink(log: Log, { type, body }: StoredEvent): ReadAnswer {
  if (type !== '$>') return body;
  const answer = streams.ReadResp.deserializeBinary(body);
  const link = answer.getEvent()?.getEvent();
  const [revision = '', stream = ''] = Buffer.from(link?.getData_asU8() ?? [])
    .toString()
    .split(/@(.*)/s);
  const [found] = log.read(stream, Number(revision), false, 1);
  const target = found?.revision === Number(revision) ? streams.ReadResp.deserializeBinary(found.body) : undefined;
  answer.getEvent()?.setLink(link).setEvent(target?.getEvent()?.getEvent());
  return answer;
}
