/** How one attempt failed. What it means for the caller depends on whether the warehouse may have acted. */
export type FailureReason =
  /** An HTTP status that is no success. */
  | 'status'
  /** The connection was never made: the warehouse has not seen the request. */
  | 'unsent'
  /** The connection broke after the request had left. */
  | 'network'
  | 'timeout'
  /** A success whose body is cut off, no JSON, or of an unknown shape. */
  | 'unreadable'
  /** The circuit is open or a queue is full; nothing was sent. */
  | 'held-back'
  /** The caller or a shutdown asked to stop before the request was sent. */
  | 'stopped'
  /** The same, while the answer was awaited. */
  | 'interrupted';

/**
 * One failed attempt. It carries nothing of the request or its headers, so it can be logged and reported as it is:
 * an HTTP library's own error would take the access token along.
 */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  constructor(
    readonly reason: FailureReason,
    message: string,
    readonly facts: { readonly status?: number; readonly retryAfterMs?: number; readonly code?: string } = {},
  ) {
    super(message);
  }

  /** The warehouse is in trouble, as opposed to having understood and refused. */
  get outage(): boolean {
    const { status } = this.facts;
    if (this.reason === 'status') return status === 408 || (status !== undefined && status >= 500);
    return (
      this.reason === 'unsent' || this.reason === 'network' || this.reason === 'timeout' || this.reason === 'unreadable'
    );
  }

  /** The warehouse may have acted on the request. */
  get ambiguous(): boolean {
    const { status = 0 } = this.facts;
    // A redirect is not followed, and often means that a create was done and can be seen elsewhere.
    const redirected = this.reason === 'status' && status >= 300 && status < 400;
    return redirected || this.reason === 'interrupted' || (this.outage && this.reason !== 'unsent');
  }
}
