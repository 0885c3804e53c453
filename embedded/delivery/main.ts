import { parseArgs } from 'node:util';
import { runUntilStopped } from '../shared/lifecycle.js';
import { startDeliverySim } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' },
  },
});

const sim = await startDeliverySim({ port: Number(values.port), host: values.host, dataDir: values.data ?? null });
runUntilStopped(() => sim.close());
console.log(`delivery ready ${sim.url}`);
