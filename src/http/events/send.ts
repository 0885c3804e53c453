import type { ServerResponse } from 'node:http';
import type { Following } from '../../projections/feed/change-feed.js';
import { mark, messages, opening } from './event-stream.js';

export type StreamEnd = 'left' | 'aged' | 'expired' | 'slow' | 'failed' | 'stopped';

export interface StreamLimits {
  readonly heartbeatMs: number;
  readonly streamLifeMs: number;
  readonly streamStallMs: number;
}

/** A reader that takes what lies ready gets so long to do so once its stream has ended. */
const farewellMs = 1_000;

/**
 * Sends changes until the reader leaves, falls behind, or `stopping` aborts. What waits for a reader is bounded: by the
 * socket's buffer, and by the feed.
 *
 * @param leave ends the following; its reason is a {@link StreamEnd}
 * @param mayStay whether the reader's credential still holds, asked with each sign of life; while nobody can say it does
 * @returns why it ended; never throws
 */
export async function sendChanges(
  response: ServerResponse,
  following: Following,
  leave: AbortController,
  stopping: AbortSignal,
  limits: StreamLimits,
  mayStay: () => Promise<boolean>,
  onFailure: (error: unknown) => void,
): Promise<StreamEnd> {
  const over = (reason: StreamEnd) => () => leave.abort(reason);
  const onStop = over('stopped');
  response.on('close', over('left')).on('error', over('left'));
  stopping.addEventListener('abort', onStop);
  if (stopping.aborted) onStop();
  // It may have left while its place was looked up.
  if (response.destroyed) leave.abort('left' satisfies StreamEnd);
  const heartbeat = setInterval(() => {
    if (response.writableLength === 0) response.write(mark(following.position()));
    mayStay().then(
      (may) => may || over('expired')(),
      () => undefined,
    );
  }, limits.heartbeatMs);
  const age = setTimeout(over('aged'), limits.streamLifeMs);
  try {
    response.write(opening(following.position()));
    for await (const batch of following.batches) {
      if (response.write(messages(batch))) continue;
      if (!(await drained(response, leave.signal, limits.streamStallMs))) leave.abort('slow' satisfies StreamEnd);
    }
  } catch (error) {
    if (!leave.signal.aborted) onFailure(error);
    leave.abort('failed' satisfies StreamEnd);
  } finally {
    clearInterval(heartbeat);
    clearTimeout(age);
    stopping.removeEventListener('abort', onStop);
  }
  // The feed itself has stopped when nothing else was the reason.
  leave.abort('stopped' satisfies StreamEnd);
  const end = leave.signal.reason as StreamEnd;
  finish(response, end === 'slow');
  return end;
}

/** @returns false when the reader took too long */
function drained(response: ServerResponse, signal: AbortSignal, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (inTime: boolean) => () => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      signal.removeEventListener('abort', onDrain);
      resolve(inTime);
    };
    const onDrain = settle(true);
    const timer = setTimeout(settle(false), withinMs);
    response.once('drain', onDrain);
    signal.addEventListener('abort', onDrain);
    if (signal.aborted) onDrain();
  });
}

/** Ends the answer; a reader that does not take the rest must not hold up the process. */
function finish(response: ServerResponse, atOnce: boolean): void {
  if (atOnce) {
    response.destroy();
    return;
  }
  response.end();
  const timer = setTimeout(() => response.destroy(), farewellMs);
  response.once('close', () => clearTimeout(timer));
}
