import type * as StatusMessages from '@eventstore/db-client/generated/status_pb.js';
import { type handleBidiStreamingCall, status } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import type { Log } from '../log/log.js';
import type { AppendResult } from '../log/types.js';
import { createFrames } from './frames.js';
import { tellConflict, tellSuccess } from './proposal.js';
import { asRefusal, Refusal, untilGone } from './refusals.js';
import { generated, type Streams, shared, streams } from './wire.js';

const { Status } = generated<typeof StatusMessages>('status_pb');

/** Appends of one call that may wait for the disk; beyond it the call is not read, and the client feels it. */
const unansweredLimit = 2048;

type BatchAppendCall = handleBidiStreamingCall<Streams.BatchAppendReq, Streams.BatchAppendResp>;

/** `Streams.BatchAppend`: one long call carries many appends, told apart by correlation id, each in one or more frames. */
export function createBatchAppend(log: Log, stopping: AbortSignal): BatchAppendCall {
  return (call) => {
    const frames = createFrames();
    const gone = untilGone(call, stopping);
    let unanswered = 0;
    let ended = false;
    call.on('data', (frame) => void receive(frame));
    call.on('end', () => {
      ended = true;
      endWhenAnswered();
    });

    /** Answers an append once, after the frame that completes or spoils it; what comes after that is dropped. */
    async function receive(frame: Streams.BatchAppendReq): Promise<void> {
      const options = frames.optionsOf(frame);
      if (options === undefined) return;
      const answer = new streams.BatchAppendResp()
        .setCorrelationId(frame.getCorrelationId())
        .setStreamIdentifier(options.getStreamIdentifier());
      unanswered += 1;
      try {
        const append = frames.add(frame, options);
        if (append === null) return;
        if (unanswered >= unansweredLimit) call.pause();
        const result = await log.append(append);
        if (result.outcome !== 'appended') throw wrongExpectedVersion(options, result);
        answer.setSuccess(tellSuccess(new streams.BatchAppendResp.Success(), result));
      } catch (error) {
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

function errorStatus({ code, message, typeName, detail }: Refusal): StatusMessages.Status {
  const details = new anyMessages.Any();
  details.pack(detail.serializeBinary(), `event_store.client.${typeName}`);
  return new Status().setCode(Number(code)).setMessage(message).setDetails(details);
}
