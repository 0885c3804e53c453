import { createRequire } from 'node:module';
import type * as GossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as MonitoringServices from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import type * as OperationsServices from '@eventstore/db-client/generated/operations_grpc_pb.js';
import type * as PersistentServices from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import type * as ProjectionsServices from '@eventstore/db-client/generated/projections_grpc_pb.js';
import type * as FeatureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as StreamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as UsersServices from '@eventstore/db-client/generated/users_grpc_pb.js';
import {
  type MethodDefinition,
  type Server,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { createAppend } from './append.js';
import { createBatchAppend } from './batch-append.js';
import { getSupportedMethods, readGossip } from './node.js';
import { createRead, type ReadAnswer } from './read.js';

const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated';
const { StreamsService }: typeof StreamsServices = require(`${generated}/streams_grpc_pb.js`);
const { ServerFeaturesService }: typeof FeatureServices = require(`${generated}/serverfeatures_grpc_pb.js`);
const { GossipService }: typeof GossipServices = require(`${generated}/gossip_grpc_pb.js`);
const { MonitoringService }: typeof MonitoringServices = require(`${generated}/monitoring_grpc_pb.js`);
const { OperationsService }: typeof OperationsServices = require(`${generated}/operations_grpc_pb.js`);
const { PersistentSubscriptionsService }: typeof PersistentServices = require(`${generated}/persistent_grpc_pb.js`);
const { ProjectionsService }: typeof ProjectionsServices = require(`${generated}/projections_grpc_pb.js`);
const { UsersService }: typeof UsersServices = require(`${generated}/users_grpc_pb.js`);

/** Registers every service that a client may call: the few offered ones, and the rest with an answer in words. */
export function addServices(server: Server, log: Log, endPoint: () => { host: string; port: number }): void {
  add(
    server,
    { ...StreamsService, read: passingBytesThrough(StreamsService.read) },
    {
      read: createRead(log),
      append: createAppend(log),
      batchAppend: createBatchAppend(log),
    },
  );
  add(server, ServerFeaturesService, { getSupportedMethods });
  add(server, GossipService, { read: readGossip(endPoint) });
  for (const service of [
    MonitoringService,
    OperationsService,
    PersistentSubscriptionsService,
    ProjectionsService,
    UsersService,
  ]) {
    add(server, service, {});
  }
}

/** Adds a service; what `offered` does not name answers UNIMPLEMENTED and says so. */
function add(server: Server, service: ServiceDefinition, offered: UntypedServiceImplementation): void {
  const missing = Object.entries(service)
    .filter(([name]) => !(name in offered))
    .map(([name, method]) => [name, refuse(method)] as const);
  server.addService(service, { ...Object.fromEntries(missing), ...offered });
}

function refuse({ path, responseStream }: MethodDefinition<unknown, unknown>) {
  const call = path.slice(path.lastIndexOf('.') + 1).replace('/', '.');
  const details = `${call} is not offered by the embedded event store, a real EventStoreDB server has it`;
  const error = { code: status.UNIMPLEMENTED, details };
  return responseStream
    ? (stream: { emit(name: 'error', error: object): boolean }) => void stream.emit('error', error)
    : (_call: unknown, respond: (error: object) => void) => respond(error);
}

/** Events are stored as they go out, so most answers of a read need no encoding. */
function passingBytesThrough(read: typeof StreamsService.read): MethodDefinition<StreamsRequest, ReadAnswer> {
  return {
    ...read,
    responseSerialize: (answer) => (Buffer.isBuffer(answer) ? answer : Buffer.from(answer.serializeBinary())),
  };
}

type StreamsRequest = Parameters<typeof StreamsService.read.requestSerialize>[0];
