import { createRequire } from 'node:module';
import type * as StatusMessages from '@eventstore/db-client/generated/status_pb.js';
import { type handleBidiStreamingCall, status } from '@grpc/grpc-js';
import type * as AnyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import type { Log } from '../log/log.js';
import type { Append } from '../log/types.js';
import { tellConflict, tellSuccess } from './outcome.js';
import { createProposal, type Proposal } from './proposal.js';
import { asRefusal, Refusal, stoppingNow } from './refusals.js';
import { generated, type Streams, shared, streams } from './wire.js';

const { Status } = generated<typeof StatusMessages>('status_pb');
const { Any }: typeof AnyMessages = createRequire(import.meta.url)('google-protobuf/google/protobuf/any_pb.js');

/** Appends of one call that may wait for the disk; beyond it the call is not read, and the client feels it. */
const unansweredLimit = 2048;
/** Appends of one call that may be under way in several frames; each holds up to one append's maximum size. */
const unfinishedLimit = 64;

type BatchAppendCall = handleBidiStreamingCall<Streams.BatchAppendReq, Streams.BatchAppendResp>;

/** `Streams.BatchAppend`: one long call carries many appends, told apart by correlation id, each in one or more frames. */
export function createBatchAppend(log: Log, stopping: AbortSignal): BatchAppendCall {
  return (call) => {
    const unfinished = new Map<string, { options: Streams.BatchAppendReq.Options; proposal: Proposal }>();
    const gone = new AbortController();
    let unanswered = 0;
    let ended = false;

    call.on('data', (request) => void receive(request));
    call.on('end', () => {
      ended = true;
      endWhenAnswered();
    });
    for (const end of ['error', 'cancelled', 'close']) call.on(end, () => gone.abort());
    const stop = () => call.emit('error', stoppingNow().toServiceError());
    stopping.addEventListener('abort', stop, { signal: gone.signal });

    /** Answers an append once, after the frame that completes or spoils it. */
    async function receive(request: Streams.BatchAppendReq): Promise<void> {
      const correlation = request.getCorrelationId()?.getString() ?? '';
      const options = request.getOptions() ?? unfinished.get(correlation)?.options;
      const answer = new streams.BatchAppendResp()
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(options?.getStreamIdentifier());
      unanswered += 1;
      try {
        const append = collect(correlation, request);
        if (append === undefined) return;
        if (unanswered >= unansweredLimit) call.pause();
        const result = await log.append(append);
        const conflict = new shared.WrongExpectedVersion();
        if (result.outcome !== 'appended') throw wrongExpectedVersion(tellConflict(conflict, append, result));
        answer.setSuccess(tellSuccess(new streams.BatchAppendResp.Success(), result));
        if (!gone.signal.aborted) call.write(answer);
      } catch (error) {
        unfinished.delete(correlation);
        if (!gone.signal.aborted) call.write(answer.setError(errorStatus(asRefusal(error))));
      } finally {
        unanswered -= 1;
        if (call.isPaused() && unanswered < unansweredLimit) call.resume();
        endWhenAnswered();
      }
    }

    /** The append that a frame completes, if it does. A frame of an append that was refused already is dropped. */
    function collect(correlation: string, request: Streams.BatchAppendReq): Append | undefined {
      const first = request.getOptions();
      if (first !== undefined && unfinished.size >= unfinishedLimit) {
        throw new Refusal(status.RESOURCE_EXHAUSTED, 'too many unfinished appends on one call');
      }
      if (first !== undefined) {
        unfinished.set(correlation, { options: first, proposal: createProposal(first, first.getStreamPosition()) });
      }
      const { options, proposal } = unfinished.get(correlation) ?? {};
      if ((options?.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY) <= Date.now())
        throw deadlinePassed();
      for (const message of request.getProposedMessagesList()) proposal?.add(message);
      if (!request.getIsFinal()) return undefined;
      unfinished.delete(correlation);
      return proposal?.complete();
    }

    function endWhenAnswered(): void {
      if (ended && unanswered === 0 && !gone.signal.aborted) call.end();
    }
  };
}

function wrongExpectedVersion(detail: Refusal['detail']): Refusal {
  return new Refusal(status.ALREADY_EXISTS, 'Wrong expected version.', {}, 'WrongExpectedVersion', detail);
}

function deadlinePassed(): Refusal {
  return new Refusal(status.DEADLINE_EXCEEDED, 'Deadline Exceeded', {}, 'Timeout', new shared.Timeout());
}

function errorStatus({ code, message, typeName, detail }: Refusal): StatusMessages.Status {
  const details = new Any();
  details.pack(detail.serializeBinary(), `event_store.client.${typeName}`);
  return new Status()
    .setCode(code as number)
    .setMessage(message)
    .setDetails(details);
}
