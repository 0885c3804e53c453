import type { MethodDefinition, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { createAppend } from './append.js';
import { createBatchAppend } from './batch-append.js';
import { getSupportedMethods, readGossip } from './node.js';
import { createRead } from './read.js';
import { notOffered } from './refusals.js';
import { generated } from './wire.js';

/** Registers every service that a client may call: the few offered calls, and the rest with an answer in words. */
export function addServices(server: Server, log: Log, stopping: AbortSignal): void {
  const append = createAppend(log);
  const batchAppend = createBatchAppend(log, stopping);
  const services: Record<string, UntypedServiceImplementation> = {
    streams: { read: createRead(log, stopping), append, batchAppend },
    serverfeatures: { getSupportedMethods },
    gossip: { read: readGossip },
  };
  for (const name of [...Object.keys(services), 'monitoring', 'operations', 'persistent', 'projections', 'users']) {
    const module = Object.entries(generated<Record<string, ServiceDefinition>>(`${name}_grpc_pb`));
    const definition = { ...module.find(([key]) => key.endsWith('Service'))?.[1] };
    const calls: UntypedServiceImplementation = {};
    for (const [call, method] of Object.entries(definition)) {
      calls[call] = services[name]?.[call] ?? refuse(method);
      // Events are stored as they go out, so most answers of a read need no encoding.
      const serialize = (answer: unknown) => (Buffer.isBuffer(answer) ? answer : method.responseSerialize(answer));
      definition[call] = { ...method, responseSerialize: serialize };
    }
    server.addService(definition, calls);
  }
}

function refuse({ path, responseStream }: MethodDefinition<unknown, unknown>) {
  const error = notOffered(path.slice(path.lastIndexOf('.') + 1).replace('/', '.')).toServiceError();
  return responseStream
    ? (stream: { emit(name: 'error', error: object): boolean }) => void stream.emit('error', error)
    : (_call: unknown, respond: (error: object) => void) => respond(error);
}
