import { createRequire } from 'node:module';
import type * as StatusMessages from '@eventstore/db-client/generated/status_pb.js';
import { type handleBidiStreamingCall, status } from '@grpc/grpc-js';
import type * as AnyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import type { Log } from '../log/log.js';
import type { Append } from '../log/types.js';
import { tellConflict, tellSuccess } from './outcome.js';
import { createProposal, type Proposal } from './proposal.js';
import { asRefusal, deadlinePassed, Refusal, stoppingNow } from './refusals.js';
import { fromUuid, generated, type Shared, type Streams, shared, streams } from './wire.js';

const { Status } = generated<typeof StatusMessages>('status_pb');
const require = createRequire(import.meta.url);
const { Any }: typeof AnyMessages = require('google-protobuf/google/protobuf/any_pb.js');

/** Appends of one call that may wait for the disk; beyond it the call is not read, and the client feels it. */
const unansweredLimit = 2048;
/** Appends of one call that may be under way in several frames; each holds up to one append's maximum size. */
const unfinishedLimit = 64;

type BatchAppendCall = handleBidiStreamingCall<Streams.BatchAppendReq, Streams.BatchAppendResp>;

interface Unfinished {
  readonly identifier: Shared.StreamIdentifier | undefined;
  readonly deadline: number;
  readonly proposal: Proposal;
}

/** `Streams.BatchAppend`: one long call carries many appends, told apart by correlation id, each in one or more frames. */
export function createBatchAppend(log: Log, stopping: AbortSignal): BatchAppendCall {
  return (call) => {
    const unfinished = new Map<string, Unfinished>();
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

    async function receive(request: Streams.BatchAppendReq): Promise<void> {
      const correlation = fromUuid(request.getCorrelationId()) ?? '';
      const identifier = request.getOptions()?.getStreamIdentifier() ?? unfinished.get(correlation)?.identifier;
      const answer = new streams.BatchAppendResp()
        .setCorrelationId(request.getCorrelationId())
        .setStreamIdentifier(identifier);
      unanswered += 1;
      try {
        const append = collect(correlation, request);
        if (append === undefined) return;
        if (unanswered >= unansweredLimit) call.pause();
        const result = await log.append(append);
        if (result.outcome === 'wrong_expected_version') throw wrongExpectedVersion(append, result.revision);
        send(answer.setSuccess(tellSuccess(new streams.BatchAppendResp.Success(), result)));
      } catch (error) {
        unfinished.delete(correlation);
        send(answer.setError(errorStatus(asRefusal(error))));
      } finally {
        unanswered -= 1;
        if (call.isPaused() && unanswered < unansweredLimit) call.resume();
        endWhenAnswered();
      }
    }

    /** The append that a frame completes, if it does. A frame of an append that was refused already is dropped. */
    function collect(correlation: string, request: Streams.BatchAppendReq): Append | undefined {
      const options = request.getOptions();
      if (options !== undefined) unfinished.set(correlation, begin(options));
      const append = unfinished.get(correlation);
      if (append === undefined) return undefined;
      if (append.deadline <= Date.now()) throw deadlinePassed();
      for (const message of request.getProposedMessagesList()) append.proposal.add(message);
      if (!request.getIsFinal()) return undefined;
      unfinished.delete(correlation);
      return append.proposal.complete();
    }

    function begin(options: Streams.BatchAppendReq.Options): Unfinished {
      if (unfinished.size >= unfinishedLimit) {
        throw new Refusal(status.RESOURCE_EXHAUSTED, 'too many unfinished appends on one call');
      }
      const revision = options.hasStreamPosition() ? options.getStreamPosition() : undefined;
      return {
        identifier: options.getStreamIdentifier(),
        deadline: options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY,
        proposal: createProposal(options, revision),
      };
    }

    function send(answer: Streams.BatchAppendResp): void {
      if (!gone.signal.aborted) call.write(answer);
    }

    function endWhenAnswered(): void {
      if (ended && unanswered === 0 && !gone.signal.aborted) call.end();
    }
  };
}

function wrongExpectedVersion(append: Append, current: number | undefined): Refusal {
  const detail = tellConflict(new shared.WrongExpectedVersion(), append, current).serializeBinary();
  return new Refusal(status.ALREADY_EXISTS, 'Wrong expected version.', {}, 'WrongExpectedVersion', detail);
}

function errorStatus({ code, message, typeName, bytes }: Refusal): StatusMessages.Status {
  const details = new Any();
  details.pack(bytes, `event_store.client.${typeName}`);
  return new Status()
    .setCode(code as number)
    .setMessage(message)
    .setDetails(details);
}
