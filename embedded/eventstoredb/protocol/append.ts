import { type handleClientStreamingCall, status } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import type { AppendResult, Expectation } from '../log/types.js';
import { createProposal, type Proposal } from './proposal.js';
import { AppendRefused, asRefusal } from './refusals.js';
import { type Streams, shared, streamName, streams } from './wire.js';

type AppendCall = handleClientStreamingCall<Streams.AppendReq, Streams.AppendResp>;

/** `Streams.Append`: one call is one append, its options first and then an event a message. */
export function createAppend(log: Log): AppendCall {
  return async (call, respond) => {
    try {
      let options: Streams.AppendReq.Options | undefined;
      let proposal: Proposal | undefined;
      for await (const request of call as AsyncIterable<Streams.AppendReq>) {
        const message = request.getProposedMessage();
        if (request.hasOptions()) {
          options = request.getOptions();
          proposal = createProposal(streamName(options?.getStreamIdentifier()), expectationOf(options));
        } else if (message !== undefined) proposal?.add(message);
      }
      if (call.cancelled) return;
      if (proposal === undefined) throw new AppendRefused(status.INVALID_ARGUMENT, 'an append starts with its options');
      const append = proposal.complete();
      respond(null, answer(append.expectation, await log.append(append)));
    } catch (error) {
      respond(asRefusal(error).toServiceError());
    }
  };
}

function expectationOf(options: Streams.AppendReq.Options | undefined): Expectation {
  const { ExpectedStreamRevisionCase } = streams.AppendReq.Options;
  switch (options?.getExpectedStreamRevisionCase()) {
    case ExpectedStreamRevisionCase.REVISION:
      return Number(options.getRevision());
    case ExpectedStreamRevisionCase.NO_STREAM:
      return 'no_stream';
    case ExpectedStreamRevisionCase.ANY:
      return 'any';
    case ExpectedStreamRevisionCase.STREAM_EXISTS:
      return 'stream_exists';
    default:
      throw new AppendRefused(status.INVALID_ARGUMENT, 'an append needs an expected revision');
  }
}

function answer(expectation: Expectation, result: AppendResult): Streams.AppendResp {
  const empty = new shared.Empty();
  if (result.outcome === 'wrong_expected_version') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (result.current === undefined) wrong.setCurrentNoStream(empty);
    else wrong.setCurrentRevision(String(result.current));
    if (expectation === 'any') wrong.setExpectedAny(empty);
    else if (expectation === 'no_stream') wrong.setExpectedNoStream(empty);
    else if (expectation === 'stream_exists') wrong.setExpectedStreamExists(empty);
    else wrong.setExpectedRevision(String(expectation));
    return new streams.AppendResp().setWrongExpectedVersion(wrong);
  }
  const success = new streams.AppendResp.Success();
  if (result.revision === undefined) success.setNoStream(empty);
  else success.setCurrentRevision(String(result.revision));
  if (result.position === undefined) success.setNoPosition(empty);
  else {
    const position = String(result.position);
    success.setPosition(new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position));
  }
  return new streams.AppendResp().setSuccess(success);
}
