import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { readJsonObject, writeJson } from './json-file.js';
import { StackError } from './types.js';

/** Hands out TCP ports on the loopback address and remembers them in `dataDir/ports.json`. */
export interface Ports {
  /** The remembered port if it is free, else the usual one (if there is one) if it is free, else any free one. */
  choose(name: string, usual?: number): Promise<number>;
  /** The port handed out under that name. */
  current(name: string): number;
  /** Forgets a port that turned out to be taken and hands out another. */
  replace(name: string): Promise<number>;
}

/** Below the range the kernel takes client ports from, so that an outgoing connection cannot sit on the choice. */
const lowestPort = 20_000;
const highestPort = 32_000;
/** Each try is one bind; so many failures in a row mean that something else is wrong. */
const maxTries = 100;

/** @param mode `free` never looks at the usual ports */
export function openPorts(dataDir: string, mode: 'usual' | 'free'): Ports {
  const file = path.join(dataDir, 'ports.json');
  const known = readJsonObject(file);
  const handedOut = new Set<number>();

  async function take(name: string, candidates: unknown[]): Promise<number> {
    for (const candidate of candidates) {
      if (typeof candidate === 'number' && !handedOut.has(candidate) && (await isFree(candidate))) {
        return remember(name, candidate);
      }
    }
    for (let tries = 0; tries < maxTries; tries += 1) {
      const candidate = randomInt(lowestPort, highestPort);
      if (!handedOut.has(candidate) && (await isFree(candidate))) return remember(name, candidate);
    }
    throw new StackError(`No free port found between ${lowestPort} and ${highestPort} for ${name}.`);
  }

  function remember(name: string, port: number): number {
    handedOut.add(port);
    known[name] = port;
    writeJson(file, known);
    return port;
  }

  return {
    choose: (name, usual) => take(name, [known[name], ...(mode === 'usual' ? [usual] : [])]),
    current(name) {
      const port = known[name];
      if (typeof port !== 'number') throw new Error(`No port was chosen for ${name}.`);
      return port;
    },
    replace: (name) => take(name, []),
  };
}

/** Whether nothing listens on the port. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
