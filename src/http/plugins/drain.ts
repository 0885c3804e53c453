import type { IncomingMessage } from 'node:http';

/** Bytes of a refused body that are still read: far more than a client sends by mistake. */
const maxBytes = 16 * 1024 * 1024;

/** Milliseconds without a byte after which the client is taken to wait for the answer. */
const quietMs = 500;

/** Milliseconds in all, so that a slow sender holds no socket. */
const maxMs = 5_000;

/**
 * Reads away what a client still sends of a body that is refused, within bounds. A connection that is closed with bytes
 * unread is reset, and a client that sends before it reads gets to know of that instead of the answer.
 */
export function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    let quiet = setTimeout(done, quietMs);
    const limit = setTimeout(done, maxMs);
    request.on('data', more).once('end', done).once('close', done).resume();

    function more(part: Buffer): void {
      bytes += part.length;
      clearTimeout(quiet);
      if (bytes > maxBytes) done();
      else quiet = setTimeout(done, quietMs);
    }

    function done(): void {
      clearTimeout(quiet);
      clearTimeout(limit);
      request.off('data', more).off('end', done).off('close', done);
      resolve();
    }
  });
}
