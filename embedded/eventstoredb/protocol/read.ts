import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { StoredEvent } from '../log/types.js';
import { parseReadRequest, type ReadRequest } from './read-request.js';
import { asRefusal, untilGone } from './refusals.js';
import { type Streams, streamIdentifier, streams } from './wire.js';

/** An answer still to be encoded, or one that the log kept encoded. */
type ReadAnswer = Streams.ReadResp | Buffer;

const { CaughtUp, Checkpoint, StreamNotFound, SubscriptionConfirmation } = streams.ReadResp;

/** `Streams.Read`: reads and subscriptions, of a stream or of everything. */
export function createRead(log: Log, stopping: AbortSignal): handleServerStreamingCall<Streams.ReadReq, ReadAnswer> {
  return async (call) => {
    const gone = untilGone(call, stopping);
    try {
      const request = parseReadRequest(log, call.request.getOptions());
      for await (const answers of answersTo(request, log, gone)) {
        for (const answer of answers) {
          if (gone.aborted) return;
          // No faster than the client reads.
          if (!call.write(answer)) await once(call, 'drain', { signal: gone });
        }
        // A page may hold nothing to send, and others want their turn.
        await setImmediate();
      }
      call.end();
    } catch (error) {
      if (!gone.aborted) call.emit('error', asRefusal(error).toServiceError());
    }
  };
}

/**
 * The answers, page by page; those to a subscription end only by rejecting when the subscriber is `gone`. Catching up
 * and being live are one loop: read the next page, or wait for an append. So there is no seam to miss or repeat an event
 * at, and nothing is buffered for a consumer that is slow.
 */
async function* answersTo(request: ReadRequest, log: Log, gone: AbortSignal): AsyncGenerator<ReadAnswer[]> {
  const { source, backwards, subscription } = request;
  if (subscription) {
    yield [new streams.ReadResp().setConfirmation(new SubscriptionConfirmation().setSubscriptionId(randomUUID()))];
  } else if (source !== undefined && log.last(source) === undefined) {
    const missing = new StreamNotFound().setStreamIdentifier(streamIdentifier(source));
    yield [new streams.ReadResp().setStreamNotFound(missing)];
    return;
  }
  const selection = createSelection(request, log);
  let { from: next, limit: left } = request;
  let caughtUp = false;
  for (;;) {
    const page = left > 0 && next >= 0 ? log.read(source, next, backwards, left) : [];
    const last = page.at(-1);
    if (last === undefined) {
      if (!subscription) return;
      if (caughtUp) await log.nextAppend(source, gone);
      else yield [...selection.restOfCheckpoint(), new streams.ReadResp().setCaughtUp(new CaughtUp())];
      caughtUp = true;
      continue;
    }
    left -= page.length;
    next = (source === undefined ? last.position : last.revision) + (backwards ? -1 : 1);
    yield selection.of(page);
  }
}

/** What of the events read is sent, with checkpoints where a filter leaves events out. */
function createSelection({ filter, resolveLinks }: ReadRequest, log: Log) {
  let considered = 0;
  /** The last event looked at since the last checkpoint. */
  let unsaved: number | undefined;
  const answerFor = (event: StoredEvent) => (resolveLinks ? resolveLink(log, event) : event.body);

  function* selected(page: readonly StoredEvent[], by: NonNullable<typeof filter>): Generator<ReadAnswer> {
    for (const event of page) {
      if (by.passes(event)) yield answerFor(event);
      considered += 1;
      unsaved = event.position;
      if (considered % by.checkpointInterval !== 0) continue;
      yield* checkpoint(unsaved);
      unsaved = undefined;
    }
  }

  return {
    of: (page: readonly StoredEvent[]): ReadAnswer[] => (filter ? [...selected(page, filter)] : page.map(answerFor)),
    restOfCheckpoint: () => checkpoint(unsaved),
  };
}

function checkpoint(position: number | undefined): ReadAnswer[] {
  if (position === undefined) return [];
  const at = new Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position));
  return [new streams.ReadResp().setCheckpoint(at)];
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
