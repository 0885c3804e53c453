import { lookup } from 'node:dns/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Listens on one address, of a name on its first and of IPv4 where it has one. Left to itself, Fastify opens a server of
 * its own for the other address of `localhost`, whose connections nobody follows: not their number of requests, and not
 * what is under way on them when the process stops.
 *
 * @returns the URL
 * @throws when the name is unknown, or the address or port is taken or not this machine's
 */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  const { address } = await lookup(host, { order: 'ipv4first' });
  return app.listen({ host: address, port });
}
