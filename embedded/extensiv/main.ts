import { parseArgs } from 'node:util';
import { runUntilStopped } from '../shared/lifecycle.js';
import { startExtensivSim } from './sim.js';

/** `extensiv-sim`: the warehouse simulator as a process of its own. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
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

runUntilStopped(sim.close);

function number(name: 'port' | 'skus' | 'step-seconds' | 'token-ttl-seconds' | 'seed'): number {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < 0) {
    console.error(`--${name} is a number, not "${values[name]}"`);
    process.exit(2);
  }
  return value;
}
