import type { PartDefinition } from './part.js';
import type { Ports } from './ports.js';

type PortsOwner = Pick<PartDefinition, 'name' | 'ports'>;

/** Chooses the ports of a part, one after the other, so that no two get the same. */
export async function choosePorts(part: PortsOwner, ports: Ports): Promise<void> {
  for (const [port, usual] of Object.entries(part.ports)) await ports.choose(portKey(part.name, port), usual);
}

/** Gives a part other ports: one of them was free when it was chosen, and was taken since. */
export async function replacePorts(part: PortsOwner, ports: Ports): Promise<void> {
  for (const port of Object.keys(part.ports)) await ports.replace(portKey(part.name, port));
}

/** The name under which a part's port is remembered. */
export function portKey(part: string, port: string): string {
  return port === 'main' ? part : `${part}.${port}`;
}

/** Whether a server says that its port is taken: Node, gRPC, Redis or PostgreSQL. */
export function isPortTaken(said: string): boolean {
  return /EADDRINUSE|address already in use|could not bind IPv4 address/i.test(said);
}
