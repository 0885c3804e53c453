const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Proxies that the environment names are for the web. What is on this machine they cannot reach: it is put on the list
 * that axios and Sentry read.
 */
export function reachLoopbackDirectly(): void {
  const listed = process.env.no_proxy ?? process.env.NO_PROXY ?? '';
  const names = listed.split(',');
  process.env.no_proxy = [listed, ...loopback.filter((name) => !names.includes(name))].filter(Boolean).join(',');
}

/**
 * gRPC takes a proxy for the web, too, where no event store is; only `grpc_proxy` is meant for it. The client has no
 * option for that, so gRPC is told by its own list, of ends of host names: every name ends with an empty one.
 */
export function reachEventStoreDirectly(): void {
  if (!process.env.grpc_proxy) process.env.no_grpc_proxy = ',';
}
