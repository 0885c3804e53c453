import type * as StatusMessages from '@eventstore/db-client/generated/status_pb.js';
import { type handleBidiStreamingCall, status } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import type { Log } from '../log/log.js';
import type { AppendResult } from '../log/types.js';
import { createProposal, type Proposal, tellConflict, tellSuccess } from './proposal.js';
import { asRefusal, Refusal, untilGone } from './refusals.js';
import { generated, type Streams, shared, streams } from './wire.js';

const { Status } = generated<typeof StatusMessages>('status_pb');

/** Appends of one call that may wait for the disk; beyond it the call is not read, and the client feels it. */
const unansweredLimit = 2048;
/** Appends of one call that may be under way in several frames; each holds up to one append's maximum size. */
const unfinishedLimit = 64;

type BatchAppendCall = handleBidiStreamingCall<Streams.BatchAppendReq, Streams.BatchAppendResp>;

/** `Streams.BatchAppend`: one long call carries many appends, told apart by correlation id, each in one or more frames. */
export function createBatchAppend(log: Log, stopping: AbortSignal): BatchAppendCall {
  return (call) => {
    const unfinished = new Map<string, Proposal<Streams.BatchAppendReq.Options>>();
    const gone = untilGone(call, stopping);
    let unanswered = 0;
    let ended = false;
    call.on('data', (request) => void receive(request));
    call.on('end', () => {
      ended = true;
      endWhenAnswered();
    });

    /** Answers an append once, after the frame that completes or spoils it; what comes after that is dropped. */
    async function receive(request: Streams.BatchAppendReq): Promise<void> {
      const correlation = request.getCorrelationId()?.getString() ?? '';
      const options = request.getOptions() ?? unfinished.get(correlation)?.options;
      if (options === undefined) return;
      const answer = new streams.BatchAppendResp()
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(options.getStreamIdentifier());
      unanswered += 1;
      try {
        if (unfinished.size >= unfinishedLimit && !unfinished.has(correlation)) throw tooManyUnfinished();
        const proposal = unfinished.get(correlation) ?? createProposal(options);
        if ((options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY) <= Date.now())
          throw deadlinePassed();
        for (const message of request.getProposedMessagesList()) proposal.add(message);
        unfinished.set(correlation, proposal);
        if (!request.getIsFinal()) return;
        unfinished.delete(correlation);
        if (unanswered >= unansweredLimit) call.pause();
        const result = await log.append(proposal.complete());
        if (result.outcome !== 'appended') throw wrongExpectedVersion(options, result);
        answer.setSuccess(tellSuccess(new streams.BatchAppendResp.Success(), result));
      } catch (error) {
        unfinished.delete(correlation);
        answer.setError(errorStatus(asRefusal(error)));
      } finally {
        unanswered -= 1;
        if (call.isPaused() && unanswered < unansweredLimit) call.resume();
      }
      if (!gone.aborted) call.write(answer);
      endWhenAnswered();
    }

    function endWhenAnswered(): void {
      if (ended && unanswered === 0 && !gone.aborted) call.end();
    }
  };
}

function wrongExpectedVersion(options: Streams.BatchAppendReq.Options, result: AppendResult): Refusal {
  const detail = tellConflict(new shared.WrongExpectedVersion(), options, result);
  return new Refusal(status.ALREADY_EXISTS, 'Wrong expected version.', {}, 'WrongExpectedVersion', detail);
}

function tooManyUnfinished(): Refusal {
  return new Refusal(status.RESOURCE_EXHAUSTED, 'too many unfinished appends on one call');
}

function deadlinePassed(): Refusal {
  return new Refusal(status.DEADLINE_EXCEEDED, 'Deadline Exceeded', {}, 'Timeout', new shared.Timeout());
}

function errorStatus({ code, message, typeName, detail }: Refusal): StatusMessages.Status {
  const details = new anyMessages.Any();
  details.pack(detail.serializeBinary(), `event_store.client.${typeName}`);
  return new Status().setCode(Number(code)).setMessage(message).setDetails(details);
}
