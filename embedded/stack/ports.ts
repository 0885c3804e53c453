import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { readJsonObject, writeJson } from './json-file.js';
import { StackError } from './types.js';

/**
 * Hands out TCP ports on the loopback address and remembers them in `dataDir/ports.json`. No other launcher is handed one
 * of them until it is released: also not between its choice and its use, nor while a part is down.
 */
export interface Ports {
  /** The remembered port if it is free, else the usual one (if there is one) if it is free, else any free one. */
  choose(name: string, usual?: number): Promise<number>;
  /** The port handed out under that name. */
  current(name: string): number;
  /** Forgets a port that turned out to be taken and hands out another. */
  replace(name: string): Promise<number>;
  /** Leaves all of them to others. */
  release(): void;
}

/**
 * Ports that nobody asked for lie below those the kernel gives to clients, so that an outgoing connection cannot sit on the
 * choice; where clients get nearly all of them, anywhere.
 */
export function rangeBelow(firstClientPort: number): { lowest: number; highest: number } {
  const highest = firstClientPort > 10_000 ? Math.min(firstClientPort, 32_000) : 32_000;
  return { lowest: Math.max(highest - 12_000, 9_000), highest };
}

/** Each try is one bind; so many failures in a row mean that something else is wrong. */
const maxTries = 100;

/** @param mode `free` never looks at the usual ports */
export function openPorts(dataDir: string, mode: 'usual' | 'free'): Ports {
  const file = path.join(dataDir, 'ports.json');
  const known = readJsonObject(file);
  const marks: Socket[] = [];
  const { lowest, highest } = rangeBelow(firstClientPort());

  async function take(name: string, candidates: unknown[]): Promise<number> {
    for (const candidate of candidates) {
      if (typeof candidate === 'number' && (await claim(candidate))) return remember(name, candidate);
    }
    for (let tries = 0; tries < maxTries; tries += 1) {
      const candidate = randomInt(lowest, highest);
      if (await claim(candidate)) return remember(name, candidate);
    }
    throw new StackError(`No free port found between ${lowest} and ${highest} for ${name}.`);
  }

  async function claim(port: number): Promise<boolean> {
    const mark = await markPort(port);
    if (mark === undefined) return false;
    marks.push(mark);
    return isFree(port);
  }

  function remember(name: string, port: number): number {
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
    release() {
      for (const mark of marks.splice(0)) mark.close();
    },
  };
}

/** As Linux says it; elsewhere, ports of clients begin far above. */
function firstClientPort(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return 32_768;
  }
}

/**
 * A datagram socket of the same number stands for the port: launchers alone open one, no two can, and it is gone when its
 * process is.
 */
function markPort(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const mark = createSocket('udp4').unref();
    mark.once('error', () => {
      mark.close();
      resolve(undefined);
    });
    mark.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(mark));
  });
}

/** Whether nothing listens on the port. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
