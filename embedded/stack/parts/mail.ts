import path from 'node:path';
import { isUnset, type PartDefinition } from '../part.js';
import { nodeProgram, saysReady } from './node-program.js';

/** The mail catcher: takes every mail by SMTP, delivers none, and shows them on a page. */
export const mail: PartDefinition = {
  name: 'mail',
  isNeeded: (env) => isUnset(env, 'SMTP_URL'),
  ports: { main: 1025, page: 8025 },
  startLimitMs: 30_000,
  stopSignal: 'SIGTERM',
  stopLimitMs: 5_000,
  async prepare({ dataDir, env, port }) {
    const url = `smtp://127.0.0.1:${port('main')}`;
    const place = { smtpPort: port('main'), httpPort: port('page'), dataDir: path.join(dataDir, 'mail') };
    const ports = ['--smtp-port', String(place.smtpPort), '--http-port', String(place.httpPort)];
    return {
      command: nodeProgram('embedded/mail/main', [...ports, '--data', place.dataDir], env),
      serve: async () => (await import('../../mail/catcher.js')).startMailCatcher(place),
      isReady: saysReady('mail'),
      settings: { SMTP_URL: url },
      urls: { mail: url, mailPage: `http://127.0.0.1:${port('page')}` },
    };
  },
};
