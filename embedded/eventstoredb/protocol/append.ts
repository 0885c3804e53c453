import type { handleClientStreamingCall } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { createProposal, type Proposal, tellConflict, tellSuccess } from './proposal.js';
import { asRefusal, invalid } from './refusals.js';
import { type Streams, streams } from './wire.js';

const { Success, WrongExpectedVersion } = streams.AppendResp;

/** `Streams.Append`: one call is one append, its options first and then an event a message. */
export function createAppend(log: Log): handleClientStreamingCall<Streams.AppendReq, Streams.AppendResp> {
  return async (call, respond) => {
    try {
      let proposal: Proposal<Streams.AppendReq.Options> | undefined;
      for await (const request of call as AsyncIterable<Streams.AppendReq>) {
        const options = request.getOptions();
        const message = request.getProposedMessage();
        if (options !== undefined) proposal = createProposal(options);
        else if (message !== undefined) proposal?.add(message);
      }
      if (call.cancelled) return;
      if (proposal === undefined) throw invalid('an append starts with its options');
      const result = await log.append(proposal.complete());
      const answer = new streams.AppendResp();
      if (result.outcome === 'appended') answer.setSuccess(tellSuccess(new Success(), result));
      else answer.setWrongExpectedVersion(tellConflict(new WrongExpectedVersion(), proposal.options, result));
      respond(null, answer);
    } catch (error) {
      respond(asRefusal(error).toServiceError());
    }
  };
}
