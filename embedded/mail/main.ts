import { parseArgs } from 'node:util';
import { runUntilStopped } from '../shared/lifecycle.js';
import { startMailCatcher } from './catcher.js';

const { values } = parseArgs({
  options: {
    'smtp-port': { type: 'string', default: '1025' },
    'http-port': { type: 'string', default: '8025' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' },
  },
});

const catcher = await startMailCatcher({
  smtpPort: Number(values['smtp-port']),
  httpPort: Number(values['http-port']),
  host: values.host,
  dataDir: values.data ?? null,
});
runUntilStopped(() => catcher.close());
console.log(`mail ready ${catcher.smtpUrl} ${catcher.pageUrl}`);
