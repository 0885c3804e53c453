import type { handleClientStreamingCall } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { tellConflict, tellSuccess } from './outcome.js';
import { createProposal, type Proposal } from './proposal.js';
import { asRefusal, invalid } from './refusals.js';
import { type Streams, streams } from './wire.js';

/** `Streams.Append`: one call is one append, its options first and then an event a message. */
export function createAppend(log: Log): handleClientStreamingCall<Streams.AppendReq, Streams.AppendResp> {
  return async (call, respond) => {
    try {
      let proposal: Proposal | undefined;
      for await (const request of call as AsyncIterable<Streams.AppendReq>) {
        const options = request.getOptions();
        const message = request.getProposedMessage();
        if (options !== undefined) proposal = createProposal(options, options.getRevision());
        else if (message !== undefined) proposal?.add(message);
      }
      if (call.cancelled) return;
      if (proposal === undefined) throw invalid('an append starts with its options');
      const append = proposal.complete();
      const result = await log.append(append);
      const { Success, WrongExpectedVersion } = streams.AppendResp;
      const answer = new streams.AppendResp();
      if (result.outcome === 'appended') answer.setSuccess(tellSuccess(new Success(), result));
      else answer.setWrongExpectedVersion(tellConflict(new WrongExpectedVersion(), append, result));
      respond(null, answer);
    } catch (error) {
      respond(asRefusal(error).toServiceError());
    }
  };
}
