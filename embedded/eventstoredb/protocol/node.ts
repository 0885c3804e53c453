import { randomUUID } from 'node:crypto';
import type * as Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { generated, type Shared, shared, ticks } from './wire.js';

const features = generated<typeof Features>('serverfeatures_pb');
const gossip = generated<typeof Gossip>('gossip_pb');

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

/** `ServerFeatures.GetSupportedMethods` */
export const getSupportedMethods: handleUnaryCall<Shared.Empty, Features.SupportedMethods> = (_call, respond) => {
  const methods = offered.map(([service, method, names]) =>
    new features.SupportedMethod()
      .setServiceName(service)
      .setMethodName(method)
      .setFeaturesList([...names]),
  );
  respond(null, new features.SupportedMethods().setEventStoreServerVersion(serverVersion).setMethodsList(methods));
};

/** `Gossip.Read`: a cluster of one, led by this node. */
export function readGossip(
  endPoint: () => { host: string; port: number },
): handleUnaryCall<Shared.Empty, Gossip.ClusterInfo> {
  const instance = new shared.UUID().setString(randomUUID());
  return (_call, respond) => {
    const { host, port } = endPoint();
    const member = new gossip.MemberInfo()
      .setInstanceId(instance)
      .setTimeStamp(ticks(Date.now()))
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
    respond(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
