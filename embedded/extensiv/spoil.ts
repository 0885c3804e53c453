import type { IncomingMessage, ServerResponse } from 'node:http';

/** Resets the connection: the client sees ECONNRESET. */
export function resetConnection(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

/** Lets everything happen, and then resets the connection in place of the answer. */
export function dropAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead = () => response;
  response.end = () => {
    resetConnection(request);
    return response;
  };
}

/** Sends the head and half of the body, and closes the connection. */
export function truncateAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.end = (body?: unknown) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.alloc(0);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
    return response;
  };
}
