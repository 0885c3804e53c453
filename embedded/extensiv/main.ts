import { parseArgs } from 'node:util';
import { startExtensivSim } from './sim.js';

/** `extensiv-sim`: the warehouse simulator as a process of its own. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3010' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' },
    'client-id': { type: 'string', default: 'portal' },
    'client-secret': { type: 'string', default: 'portal-secret' },
    skus: { type: 'string', default: '300' },
    'step-seconds': { type: 'string', default: '4' },
    'token-ttl-seconds': { type: 'string', default: '3600' },
    seed: { type: 'string', default: '1' },
  },
});

/** How soon the simulator notices that the process which started it is gone. */
const PARENT_CHECK_MS = 1000;

const sim = await startExtensivSim({
  port: number('port'),
  host: values.host,
  clientId: values['client-id'],
  clientSecret: values['client-secret'],
  skus: number('skus'),
  stepSeconds: number('step-seconds'),
  tokenTtlSeconds: number('token-ttl-seconds'),
  seed: number('seed'),
  ...(values.data === undefined ? {} : { dataDir: values.data }),
});
console.log(`extensiv ready ${sim.url}`);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await sim.close();
  process.exit(0);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
followParent(process.env.PORTAL_PARENT_PID);

function followParent(parent: string | undefined): void {
  if (!parent) return;
  setInterval(() => {
    try {
      process.kill(Number(parent), 0);
    } catch {
      void stop();
    }
  }, PARENT_CHECK_MS).unref();
}

function number(name: 'port' | 'skus' | 'step-seconds' | 'token-ttl-seconds' | 'seed'): number {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < 0) {
    console.error(`--${name} is a number, not "${values[name]}"`);
    process.exit(2);
  }
  return value;
}
