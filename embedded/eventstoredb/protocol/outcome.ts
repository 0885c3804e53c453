import type { Append, AppendResult } from '../log/types.js';
import { type Shared, type Streams, shared } from './wire.js';

type Success = Streams.AppendResp.Success | Streams.BatchAppendResp.Success;
type Conflict = Streams.AppendResp.WrongExpectedVersion | Shared.WrongExpectedVersion;

/** Fills in what a successful append led to; both calls tell it in the same fields. */
export function tellSuccess<T extends Success>(success: T, { revision, position }: AppendResult): T {
  if (revision === undefined) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  const at = String(position);
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else success.setPosition(new shared.AllStreamPosition().setCommitPosition(at).setPreparePosition(at));
  return success;
}

/** Fills in what was expected and what is; the two calls name the exact revisions differently. */
export function tellConflict<T extends Conflict>(conflict: T, { expectation }: Append, { revision }: AppendResult): T {
  const inBatch = conflict instanceof shared.WrongExpectedVersion;
  if (revision === undefined) conflict.setCurrentNoStream(new shared.Empty());
  else if (inBatch) conflict.setCurrentStreamRevision(String(revision));
  else conflict.setCurrentRevision(String(revision));
  if (expectation === 'any') conflict.setExpectedAny(new shared.Empty());
  else if (expectation === 'no_stream') conflict.setExpectedNoStream(new shared.Empty());
  else if (expectation === 'stream_exists') conflict.setExpectedStreamExists(new shared.Empty());
  else if (inBatch) conflict.setExpectedStreamPosition(String(expectation));
  else conflict.setExpectedRevision(String(expectation));
  return conflict;
}
