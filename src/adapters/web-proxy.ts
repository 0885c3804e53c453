const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The proxies that the environment names are for the web, and cannot reach this machine: its names are put on the
 * exclusion list that axios and Sentry read.
 */
export function reachLoopbackDirectly(): void {
  const listed = process.env.no_proxy ?? process.env.NO_PROXY ?? '';
  const names = listed.split(',');
  process.env.no_proxy = [listed, ...loopback.filter((name) => !names.includes(name))].filter(Boolean).join(',');
}

/**
 * gRPC would use a web proxy too, and no event store is behind one; only `grpc_proxy` is meant for it. The client has
 * no option for that, so gRPC's own exclusion list says it: a list of endings of host names, and every name ends with
 * the empty one.
 */
export function reachEventStoreDirectly(): void {
  if (!process.env.grpc_proxy) process.env.no_grpc_proxy = ',';
}
