import { randomUUID } from 'node:crypto';
import type * as Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { generated, type Shared, shared, ticks } from './wire.js';

const { SupportedMethod, SupportedMethods } = generated<typeof Features>('serverfeatures_pb');
const { ClusterInfo, EndPoint, MemberInfo } = generated<typeof Gossip>('gossip_pb');

/** The server version whose behaviour is offered. */
const serverVersion = '23.10.0';

/** What the real server says of the calls offered here: service, method and features, in lower case as it sends them. */
const offered = [
  ['event_store.client.streams.streams', 'read', ['position', 'events']],
  ['event_store.client.streams.streams', 'append', []],
  ['event_store.client.streams.streams', 'batchappend', ['deadline_duration']],
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
] as const;

const instance = new shared.UUID().setString(randomUUID());

/** `ServerFeatures.GetSupportedMethods` */
export const getSupportedMethods: handleUnaryCall<Shared.Empty, Features.SupportedMethods> = (_call, respond) => {
  const methods = offered.map(([service, method, features]) =>
    new SupportedMethod()
      .setServiceName(service)
      .setMethodName(method)
      .setFeaturesList([...features]),
  );
  respond(null, new SupportedMethods().setEventStoreServerVersion(serverVersion).setMethodsList(methods));
};

/** `Gossip.Read`: a cluster of one, led by this node, where the caller reached it. */
export const readGossip: handleUnaryCall<Shared.Empty, Gossip.ClusterInfo> = (call, respond) => {
  const { hostname, port } = new URL(`http://${call.getHost()}`);
  const member = new MemberInfo()
    .setInstanceId(instance)
    .setTimeStamp(ticks(Date.now()))
    .setState(MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new EndPoint().setAddress(hostname).setPort(Number(port || 80)));
  respond(null, new ClusterInfo().setMembersList([member]));
};
