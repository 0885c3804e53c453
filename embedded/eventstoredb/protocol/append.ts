import type { handleClientStreamingCall } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { tellConflict, tellSuccess } from './outcome.js';
import { createProposal, type Proposal } from './proposal.js';
import { asRefusal, invalid } from './refusals.js';
import { type Streams, streams } from './wire.js';

type AppendCall = handleClientStreamingCall<Streams.AppendReq, Streams.AppendResp>;

/** `Streams.Append`: one call is one append, its options first and then an event a message. */
export function createAppend(log: Log): AppendCall {
  return async (call, respond) => {
    try {
      let proposal: Proposal | undefined;
      for await (const request of call as AsyncIterable<Streams.AppendReq>) {
        const options = request.getOptions();
        const message = request.getProposedMessage();
        if (options !== undefined) {
          proposal = createProposal(options, options.hasRevision() ? options.getRevision() : undefined);
        } else if (message !== undefined) proposal?.add(message);
      }
      if (call.cancelled) return;
      if (proposal === undefined) throw invalid('an append starts with its options');
      const append = proposal.complete();
      const result = await log.append(append);
      const answer = new streams.AppendResp();
      if (result.outcome === 'appended') answer.setSuccess(tellSuccess(new streams.AppendResp.Success(), result));
      else {
        const conflict = tellConflict(new streams.AppendResp.WrongExpectedVersion(), append, result.revision);
        answer.setWrongExpectedVersion(conflict);
      }
      respond(null, answer);
    } catch (error) {
      respond(asRefusal(error).toServiceError());
    }
  };
}
