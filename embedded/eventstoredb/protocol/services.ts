import type { MethodDefinition, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { createAppend } from './append.js';
import { createBatchAppend } from './batch-append.js';
import { getSupportedMethods, readGossip } from './node.js';
import { createRead, type ReadAnswer } from './read.js';
import { notOffered } from './refusals.js';
import { generated } from './wire.js';

/** Registers every service that a client may call: the few offered calls, and the rest with an answer in words. */
export function addServices(server: Server, log: Log, stopping: AbortSignal): void {
  const { read, ...others } = service('streams');
  if (read === undefined) throw new Error('the client package has no read');
  // Events are stored as they go out, so most answers of a read need no encoding.
  const responseSerialize = (answer: ReadAnswer) =>
    Buffer.isBuffer(answer) ? answer : Buffer.from(answer.serializeBinary());
  const calls = {
    read: createRead(log, stopping),
    append: createAppend(log),
    batchAppend: createBatchAppend(log, stopping),
  };
  add(server, { ...others, read: { ...read, responseSerialize } }, calls);
  add(server, service('serverfeatures'), { getSupportedMethods });
  add(server, service('gossip'), { read: readGossip });
  for (const name of ['monitoring', 'operations', 'persistent', 'projections', 'users']) add(server, service(name), {});
}

/** The one service that a generated module defines. */
function service(name: string): ServiceDefinition {
  const module = Object.entries(generated<Record<string, ServiceDefinition>>(`${name}_grpc_pb`));
  return module.find(([key]) => key.endsWith('Service'))?.[1] ?? {};
}

/** Adds a service; what `offered` does not name answers UNIMPLEMENTED and says so. */
function add(server: Server, definition: ServiceDefinition, offered: UntypedServiceImplementation): void {
  const all = Object.entries(definition).map(([name, method]) => [name, offered[name] ?? refuse(method)]);
  server.addService(definition, Object.fromEntries(all));
}

function refuse({ path, responseStream }: MethodDefinition<unknown, unknown>) {
  const error = notOffered(path.slice(path.lastIndexOf('.') + 1).replace('/', '.')).toServiceError();
  return responseStream
    ? (stream: { emit(name: 'error', error: object): boolean }) => void stream.emit('error', error)
    : (_call: unknown, respond: (error: object) => void) => respond(error);
}
