import { Metadata, status } from '@grpc/grpc-js';
import { messageOf } from '../../shared/errors.js';
import { DiskFullError } from '../log/disk-full.js';
import { shared } from './wire.js';

/**
 * A call that is answered with an error. The plain calls tell it by status and trailers (ASCII only), the batch append
 * by a status message with a detail, a protobuf message named by `typeName`; the official client makes its typed errors
 * from either.
 */
export class Refusal extends Error {
  constructor(
    readonly code: status,
    message: string,
    readonly trailers: Readonly<Record<string, string>> = {},
    readonly typeName = 'BadRequest',
    readonly detail: { serializeBinary(): Uint8Array } = new shared.BadRequest().setMessage(message),
  ) {
    super(message);
  }

  /** The error in the shape that grpc-js ends a call with. */
  toServiceError() {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(this.trailers)) metadata.set(name, value);
    return { code: this.code, details: this.message, metadata };
  }
}

export function invalid(message: string, trailers: Record<string, string> = {}): Refusal {
  return new Refusal(status.INVALID_ARGUMENT, message, trailers);
}

export function notOffered(call: string): Refusal {
  const message = `${call} is not offered by the embedded event store, a real EventStoreDB server has it`;
  return new Refusal(status.UNIMPLEMENTED, message);
}

export function maximumAppendSizeExceeded(maximum: number): Refusal {
  return new Refusal(
    status.INVALID_ARGUMENT,
    `Maximum Append Size of ${maximum} Exceeded.`,
    { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(maximum) },
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(maximum),
  );
}

/** Any failure as a refusal: a full disk is told apart, the rest is the server's fault. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = messageOf(error);
  return error instanceof DiskFullError
    ? new Refusal(status.RESOURCE_EXHAUSTED, message)
    : new Refusal(status.INTERNAL, `the event store failed: ${message}`);
}

/** Aborts when a call is over. One that is open when the server stops is refused so that clients connect again. */
export function untilGone(call: NodeJS.EventEmitter, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  for (const end of ['error', 'cancelled', 'close']) call.on(end, () => gone.abort());
  const stop = () => call.emit('error', new Refusal(status.UNAVAILABLE, 'the server is stopping').toServiceError());
  stopping.addEventListener('abort', stop, { signal: gone.signal });
  return gone.signal;
}
