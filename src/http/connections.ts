import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request whose head has come, and its answer, which may not have begun. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What has come and gone on a connection. A client may send on before it has its answers (pipelining). */
interface Course {
  latest: Exchange | null;
  /** In the order they came; an answer is open until the network has taken the last of it. */
  readonly open: Set<Exchange>;
  /** Bytes that had come when the last answer was out. */
  bytesAnswered: number;
}

const courses = new WeakMap<Socket, Course>();

/** Follows what is under way on each connection of a server, of which Node itself tells only in parts. @returns those open */
export function followConnections(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      // After Node's own listeners, which tell the answer that was being sent, and none of those behind it.
      process.nextTick(closeAll, socket);
    });
  });
  server.prependListener('request', (request, response) => {
    const { socket } = request;
    const course = courseOf(socket);
    const exchange = { request, response };
    course.latest = exchange;
    course.open.add(exchange);
    response.on('close', () => {
      course.open.delete(exchange);
      course.bytesAnswered = socket.bytesRead;
    });
  });
  return sockets;
}

/** Nobody waits for these answers any more. */
function closeAll(socket: Socket): void {
  for (const { response } of [...courseOf(socket).open]) {
    response.destroy();
    response.emit('close');
  }
}

/** How many requests have come whose answers are not out yet. */
export function underWayOn(socket: Socket): number {
  return courseOf(socket).open.size;
}

/** The request that came last, be it answered or not. */
export function latestOn(socket: Socket): Exchange | null {
  return courseOf(socket).latest;
}

/** Answers that a client waits for, or that are on their way: those of whole requests, and those that have begun. */
export function owedOn(socket: Socket): Exchange[] {
  return [...courseOf(socket).open].filter(({ request, response }) => request.complete || response.headersSent);
}

/** Whether a part of a request has come whose answer has not begun. */
export function hasHalfRequest(socket: Socket): boolean {
  const { latest, open, bytesAnswered } = courseOf(socket);
  if (latest !== null && !latest.request.complete) return open.has(latest) && !latest.response.headersSent;
  return open.size === 0 && socket.bytesRead > bytesAnswered;
}

/** Whether all that came was answered, and nothing has come since. */
export function isIdle(socket: Socket): boolean {
  const { latest, open } = courseOf(socket);
  return latest?.request.complete === true && open.size === 0 && !hasHalfRequest(socket);
}

function courseOf(socket: Socket): Course {
  const known = courses.get(socket);
  if (known) return known;
  const course = { latest: null, open: new Set<Exchange>(), bytesAnswered: 0 };
  courses.set(socket, course);
  return course;
}
