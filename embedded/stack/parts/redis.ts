import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { isUnset, type PartDefinition } from '../part.js';
import { findRedis } from './redis-program.js';

/** Redis on the loopback address, append-only and never evicting, as job queues need it. */
export const redis: PartDefinition = {
  name: 'redis',
  isNeeded: (env) => isUnset(env, 'REDIS_URL'),
  ports: { main: 6379 },
  startLimitMs: 60_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 10_000,
  async prepare(context) {
    const program = await findRedis(context);
    const data = path.join(context.dataDir, 'redis');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const port = context.port('main');
    const settings = {
      port,
      bind: '127.0.0.1',
      dir: data,
      appendonly: 'yes',
      appendfsync: 'everysec',
      // The append-only file is the one copy on disk; snapshots beside it would only cost.
      save: '',
      'maxmemory-policy': 'noeviction',
      daemonize: 'no',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const url = `redis://127.0.0.1:${port}`;
    return {
      command: { file: program.file, args, env: { PATH: process.env.PATH ?? '', ...program.env }, cwd: '/' },
      isReady: () => answersPing(port),
      settings: { REDIS_URL: url },
      urls: { redis: url },
    };
  },
};

/** A server that loads its data accepts connections and answers `-LOADING`, at once. */
const answerLimitMs = 1_000;

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(answerLimitMs, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => settle(reply.toString('latin1').startsWith('+PONG')));
  });
}
