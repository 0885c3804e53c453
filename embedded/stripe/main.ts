import { parseArgs } from 'node:util';
import { runUntilStopped } from '../shared/lifecycle.js';
import { startStripeSim } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    'webhook-url': { type: 'string' },
    'webhook-secret': { type: 'string', default: 'whsec_embedded' },
    'secret-key': { type: 'string', default: 'sk_test_embedded' },
    data: { type: 'string' },
  },
});

const sim = await startStripeSim({
  port: Number(values.port),
  host: values.host,
  webhookUrl: values['webhook-url'] ?? null,
  webhookSecret: values['webhook-secret'],
  secretKey: values['secret-key'],
  dataDir: values.data ?? null,
});
runUntilStopped(() => sim.close());
console.log(`stripe ready ${sim.url}`);
