import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { type Shared, shared } from './wire.js';

const require = createRequire(import.meta.url);
const features: typeof Features = require('@eventstore/db-client/generated/serverfeatures_pb.js');
const gossip: typeof Gossip = require('@eventstore/db-client/generated/gossip_pb.js');

/** The server version whose behaviour is offered. */
const serverVersion = '23.10.0';

/** What the real server says of the calls offered here; names in lower case, as it sends them. */
const offered: Readonly<Record<string, readonly string[]>> = {
  'event_store.client.streams.streams/read': ['position', 'events'],
  'event_store.client.streams.streams/append': [],
  'event_store.client.streams.streams/batchappend': ['deadline_duration'],
  'event_store.client.gossip.gossip/read': [],
  'event_store.client.server_features.serverfeatures/getsupportedmethods': [],
};

/** `ServerFeatures.GetSupportedMethods` */
export const getSupportedMethods: handleUnaryCall<Shared.Empty, Features.SupportedMethods> = (_call, respond) => {
  const methods = Object.entries(offered).map(([method, names]) => {
    const [service = '', name = ''] = method.split('/');
    return new features.SupportedMethod()
      .setServiceName(service)
      .setMethodName(name)
      .setFeaturesList([...names]);
  });
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
      .setTimeStamp(String(BigInt(Date.now()) * 10_000n))
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
    respond(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
