import { connect } from 'node:net';

/**
 * What comes back for some bytes on a connection of their own, until it is closed. A reset is such an end, too: whoever
 * closes a connection while bytes are on their way to him resets it.
 * @param byteEveryMs when given, a blank follows every so many milliseconds, and a client that keeps its own half open
 */
export function exchange(
  port: number,
  bytes: string,
  byteEveryMs?: number,
): Promise<{ answer: string; tookMs: number }> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: byteEveryMs !== undefined });
    let answer = '';
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
    });
    socket.write(bytes);
    const dribble = byteEveryMs === undefined ? undefined : setInterval(() => socket.write(' '), byteEveryMs);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dribble);
      resolve({ answer, tookMs: performance.now() - started });
    });
  });
}
