import { Metadata, status } from '@grpc/grpc-js';
import { DiskFullError } from '../log/disk-full.js';
import { shared } from './wire.js';

/** A protobuf message to be packed into the `Any` of a batch append's error, with its full name. */
export interface Detail {
  readonly typeName: string;
  readonly bytes: Uint8Array;
}

/**
 * An append that is answered with an error. The plain call tells it by status and trailers (ASCII only), the batch
 * call by a status message with a detail; the official client makes its typed errors from either.
 */
export class AppendRefused extends Error {
  constructor(
    readonly code: status,
    message: string,
    readonly trailers: Readonly<Record<string, string>> = {},
    readonly detail: Detail = badRequest(message),
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

export function maximumAppendSizeExceeded(maximum: number): AppendRefused {
  return new AppendRefused(
    status.INVALID_ARGUMENT,
    `Maximum Append Size of ${maximum} Exceeded.`,
    { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(maximum) },
    {
      typeName: 'event_store.client.MaximumAppendSizeExceeded',
      bytes: new shared.MaximumAppendSizeExceeded().setMaxappendsize(maximum).serializeBinary(),
    },
  );
}

export function missingMetadata(): AppendRefused {
  return new AppendRefused(status.INVALID_ARGUMENT, 'Required Metadata Property type or content-type is missing', {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

export function deadlinePassed(): AppendRefused {
  return new AppendRefused(
    status.DEADLINE_EXCEEDED,
    'Deadline Exceeded',
    {},
    {
      typeName: 'event_store.client.Timeout',
      bytes: new shared.Timeout().serializeBinary(),
    },
  );
}

/** Any failure while appending, as a refusal: a full disk is told apart, the rest is the server's fault. */
export function asRefusal(error: unknown): AppendRefused {
  if (error instanceof AppendRefused) return error;
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DiskFullError
    ? new AppendRefused(status.RESOURCE_EXHAUSTED, message)
    : new AppendRefused(status.INTERNAL, `the event store could not write: ${message}`);
}

function badRequest(message: string): Detail {
  return {
    typeName: 'event_store.client.BadRequest',
    bytes: new shared.BadRequest().setMessage(message).serializeBinary(),
  };
}
