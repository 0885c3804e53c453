import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.js';

/** A door on a way to a server: connections pass it, can be cut, and find it shut. */
export interface TcpGate {
  /** A server's URL that leads through the gate. */
  through(url: string): string;
  /** Resets every connection; new ones may come at once. */
  cut(): void;
  /** Cuts every connection and takes no new one. */
  shut(): void;
  open(): void;
  /** Bytes from the server stop here until `release`; the connections stay. */
  hold(): void;
  release(): void;
  /** From now on every connection there is leads nowhere, and whoever made it is not told. New ones pass. */
  strand(): void;
  close(): Promise<void>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where the server of a URL listens, which names its port. */
export function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Opens a gate on a free loopback port. @param target where to, asked for each connection */
export async function openGate(target: () => Address): Promise<TcpGate> {
  const pairs = new Map<Socket, Socket>();
  let isShut = false;
  let held = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (isShut) return void near.resetAndDestroy();
    const far = connect(target());
    pairs.set(near, far);
    const end = () => {
      pairs.delete(near);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.pipe(near);
    if (held) far.pause();
  });
  const own = await listen(server);
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return {
    through(url) {
      const { host, port } = addressOf(url);
      return url.replace(`${host}:${port}`, `127.0.0.1:${own.port}`);
    },
    cut,
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
    },
    hold() {
      held = true;
      for (const [near, far] of pairs) far.unpipe(near).pause();
    },
    release() {
      held = false;
      for (const [near, far] of pairs) far.pipe(near);
    },
    strand() {
      for (const [near, far] of pairs) {
        far.removeAllListeners('close').destroy();
        near.unpipe(far).resume();
        pairs.delete(near);
      }
    },
    async close() {
      cut();
      await own.close();
    },
  };
}
