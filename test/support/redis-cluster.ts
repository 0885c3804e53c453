import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { findRedis } from '../../embedded/stack/parts/redis-program.js';
import { openPorts } from '../../embedded/stack/ports.js';
import { until } from './until.js';

/** A Redis Cluster of two nodes. */
export interface RedisCluster {
  /** Of the node that holds no slot of a key that begins with the cluster's `tag`. */
  readonly seedUrl: string;
  /** To the node that holds them. */
  readonly holder: Redis;
  /** Ends the holder as a crash does, and starts it again with what it had. */
  killHolder(): Promise<void>;
  restartHolder(): Promise<void>;
  stop(): Promise<void>;
}

/** @param tag the part of the keys between braces */
export async function startRedisCluster(tag: string): Promise<RedisCluster> {
  const program = await findRedis({ working: () => undefined, stopping: new AbortController().signal });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'redis-cluster-'));
  const ports = openPorts(dataDir, 'free');

  async function prepare(name: string) {
    const [port, bus] = [await ports.choose(name), await ports.choose(`${name} bus`)];
    let child: ChildProcess;
    // A server that starts on a busy machine is waited for as long as the test has.
    const redis = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20, maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    const settings = {
      port,
      bind: '127.0.0.1',
      dir: dataDir,
      'cluster-enabled': 'yes',
      'cluster-port': bus,
      'cluster-config-file': `${name}.conf`,
      dbfilename: `${name}.rdb`,
      appendonly: 'yes',
      appenddirname: name,
    };
    const start = async () => {
      const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
      child = spawn(program.file, args, { env: { PATH: process.env.PATH, ...program.env }, stdio: 'ignore' });
      await redis.ping();
    };
    const kill = async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    await start();
    return { redis, port, bus, start, kill };
  }

  const nodes = await Promise.all(['one', 'other'].map(prepare));
  const [seed, holder] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
  const slot = Number(await seed.redis.cluster('KEYSLOT', `{${tag}}`));
  await holder.redis.call('CLUSTER', 'ADDSLOTSRANGE', slot, slot);
  const others = [0, slot - 1, slot + 1, 16_383];
  await seed.redis.call('CLUSTER', 'ADDSLOTSRANGE', ...others);
  await seed.redis.call('CLUSTER', 'MEET', '127.0.0.1', holder.port, holder.bus);
  const isWhole = async ({ redis }: typeof seed) => {
    const info = String(await redis.call('CLUSTER', 'INFO'));
    return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:2');
  };
  await until('the cluster is whole', async () => (await isWhole(seed)) && (await isWhole(holder)));

  return {
    seedUrl: `redis://127.0.0.1:${seed.port}`,
    holder: holder.redis,
    killHolder: holder.kill,
    restartHolder: holder.start,
    async stop() {
      for (const { redis } of nodes) redis.disconnect();
      await Promise.all(nodes.map(({ kill }) => kill()));
      ports.release();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
