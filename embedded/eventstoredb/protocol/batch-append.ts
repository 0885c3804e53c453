import { createRequire } from 'node:module';
import type * as StatusMessages from '@eventstore/db-client/generated/status_pb.js';
import { type handleBidiStreamingCall, status } from '@grpc/grpc-js';
import type * as AnyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import type * as EmptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Log } from '../log/log.js';
import type { AppendResult, Expectation } from '../log/types.js';
import { createProposal, type Proposal } from './proposal.js';
import { AppendRefused, asRefusal, deadlinePassed } from './refusals.js';
import { fromUuid, type Streams, shared, streamIdentifier, streamName, streams } from './wire.js';

const require = createRequire(import.meta.url);
const { Status }: typeof StatusMessages = require('@eventstore/db-client/generated/status_pb.js');
const { Any }: typeof AnyMessages = require('google-protobuf/google/protobuf/any_pb.js');
const { Empty }: typeof EmptyMessages = require('google-protobuf/google/protobuf/empty_pb.js');

/** Appends of one call that may wait for the disk; beyond it the call is not read, and the client feels it. */
const unansweredLimit = 2048;
/** Appends of one call that may be under way in several frames; each holds up to one append's maximum size. */
const unfinishedLimit = 64;

type BatchAppendCall = handleBidiStreamingCall<Streams.BatchAppendReq, Streams.BatchAppendResp>;

/** `Streams.BatchAppend`: one long call carries many appends, told apart by correlation id, each in one or more frames. */
export function createBatchAppend(log: Log): BatchAppendCall {
  return (call) => {
    const unfinished = new Map<string, { stream: string; proposal: Proposal }>();
    let unanswered = 0;
    let ended = false;

    call.on('data', (request) => void receive(request));
    call.on('end', () => {
      ended = true;
      endWhenAnswered();
    });
    call.on('error', () => unfinished.clear());
    call.on('cancelled', () => unfinished.clear());

    async function receive(request: Streams.BatchAppendReq): Promise<void> {
      const correlation = fromUuid(request.getCorrelationId()) ?? '';
      const options = request.getOptions();
      const stream = streamName(options?.getStreamIdentifier()) ?? unfinished.get(correlation)?.stream ?? '';
      unanswered += 1;
      try {
        const append = collect(correlation, request, options);
        if (append === undefined) return;
        if (unanswered >= unansweredLimit) call.pause();
        const result = await log.append(append);
        if (result.outcome === 'wrong_expected_version') throw wrongExpectedVersion(append.expectation, result.current);
        send(request, new streams.BatchAppendResp().setSuccess(success(result)), stream);
      } catch (error) {
        unfinished.delete(correlation);
        send(request, new streams.BatchAppendResp().setError(errorStatus(asRefusal(error))), stream);
      } finally {
        unanswered -= 1;
        if (call.isPaused() && unanswered < unansweredLimit) call.resume();
        endWhenAnswered();
      }
    }

    /** The append that a frame completes, if it does. A frame of an append that was refused already is dropped. */
    function collect(
      correlation: string,
      request: Streams.BatchAppendReq,
      options: Streams.BatchAppendReq.Options | undefined,
    ) {
      if (options !== undefined) {
        const stream = streamName(options.getStreamIdentifier());
        const proposal = createProposal(stream, expectationOf(options));
        const deadline = options.getDeadline()?.toDate().getTime();
        if (deadline !== undefined && deadline <= Date.now()) throw deadlinePassed();
        if (unfinished.size >= unfinishedLimit) {
          throw new AppendRefused(status.RESOURCE_EXHAUSTED, 'too many unfinished appends on one call');
        }
        unfinished.set(correlation, { stream: stream ?? '', proposal });
      }
      const proposal = unfinished.get(correlation)?.proposal;
      if (proposal === undefined) return undefined;
      for (const message of request.getProposedMessagesList()) proposal.add(message);
      if (!request.getIsFinal()) return undefined;
      unfinished.delete(correlation);
      return proposal.complete();
    }

    function send(request: Streams.BatchAppendReq, response: Streams.BatchAppendResp, stream: string): void {
      if (call.cancelled) return;
      call.write(response.setCorrelationId(request.getCorrelationId()).setStreamIdentifier(streamIdentifier(stream)));
    }

    function endWhenAnswered(): void {
      if (ended && unanswered === 0 && !call.cancelled) call.end();
    }
  };
}

function expectationOf(options: Streams.BatchAppendReq.Options): Expectation {
  const { ExpectedStreamPositionCase } = streams.BatchAppendReq.Options;
  switch (options.getExpectedStreamPositionCase()) {
    case ExpectedStreamPositionCase.STREAM_POSITION:
      return Number(options.getStreamPosition());
    case ExpectedStreamPositionCase.NO_STREAM:
      return 'no_stream';
    case ExpectedStreamPositionCase.ANY:
      return 'any';
    case ExpectedStreamPositionCase.STREAM_EXISTS:
      return 'stream_exists';
    default:
      throw new AppendRefused(status.INVALID_ARGUMENT, 'an append needs an expected revision');
  }
}

function success(result: Extract<AppendResult, { outcome: 'appended' }>): Streams.BatchAppendResp.Success {
  const answer = new streams.BatchAppendResp.Success();
  if (result.revision === undefined) answer.setNoStream(new Empty());
  else answer.setCurrentRevision(String(result.revision));
  if (result.position === undefined) return answer.setNoPosition(new Empty());
  const position = String(result.position);
  return answer.setPosition(new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position));
}

function wrongExpectedVersion(expectation: Expectation, current: number | undefined): AppendRefused {
  const wrong = new shared.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentStreamRevision(String(current));
  if (expectation === 'any') wrong.setExpectedAny(new Empty());
  else if (expectation === 'no_stream') wrong.setExpectedNoStream(new Empty());
  else if (expectation === 'stream_exists') wrong.setExpectedStreamExists(new Empty());
  else wrong.setExpectedStreamPosition(String(expectation));
  return new AppendRefused(
    status.ALREADY_EXISTS,
    'Wrong expected version.',
    {},
    {
      typeName: 'event_store.client.WrongExpectedVersion',
      bytes: wrong.serializeBinary(),
    },
  );
}

function errorStatus(refusal: AppendRefused): StatusMessages.Status {
  const details = new Any();
  details.pack(refusal.detail.bytes, refusal.detail.typeName);
  return new Status()
    .setCode(refusal.code as number)
    .setMessage(refusal.message)
    .setDetails(details);
}
