import { status } from '@grpc/grpc-js';
import type { Append } from '../log/types.js';
import { createProposal, type Proposal } from './proposal.js';
import { Refusal } from './refusals.js';
import { type Streams, shared } from './wire.js';

type Options = Streams.BatchAppendReq.Options;

/** Appends of one call that may be under way in several frames; each holds up to one append's maximum size. */
const unfinishedLimit = 64;

/** Puts together the appends of one call, told apart by correlation id, each in one or more frames. */
export interface Frames {
  /** What the append of a frame is about; undefined for a frame that comes after its append has ended. */
  optionsOf(frame: Streams.BatchAppendReq): Options | undefined;
  /**
   * @returns the append when this was its last frame, else null
   * @throws {Refusal} which ends the append
   */
  add(frame: Streams.BatchAppendReq, options: Options): Append | null;
}

export function createFrames(): Frames {
  const unfinished = new Map<string, Proposal<Options>>();

  function gathered(correlation: string, frame: Streams.BatchAppendReq, options: Options): Proposal<Options> {
    const begun = unfinished.get(correlation);
    if (!begun && unfinished.size >= unfinishedLimit) throw tooManyUnfinished();
    const proposal = begun ?? createProposal(options);
    const deadline = options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY;
    if (deadline <= Date.now()) throw deadlinePassed();
    for (const message of frame.getProposedMessagesList()) proposal.add(message);
    return proposal;
  }

  return {
    optionsOf: (frame) => frame.getOptions() ?? unfinished.get(correlationOf(frame))?.options,
    add(frame, options) {
      const correlation = correlationOf(frame);
      try {
        const proposal = gathered(correlation, frame, options);
        unfinished.delete(correlation);
        if (frame.getIsFinal()) return proposal.complete();
        unfinished.set(correlation, proposal);
        return null;
      } catch (error) {
        unfinished.delete(correlation);
        throw error;
      }
    },
  };
}

function correlationOf(frame: Streams.BatchAppendReq): string {
  return frame.getCorrelationId()?.getString() ?? '';
}

function tooManyUnfinished(): Refusal {
  return new Refusal(status.RESOURCE_EXHAUSTED, 'too many unfinished appends on one call');
}

function deadlinePassed(): Refusal {
  return new Refusal(status.DEADLINE_EXCEEDED, 'Deadline Exceeded', {}, 'Timeout', new shared.Timeout());
}
