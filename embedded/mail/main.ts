import { portOf, run, standIn } from '../shared/stand-in.js';
import { startMailCatcher } from './catcher.js';

const { data: dataDir, ...place } = standIn(
  'node dist/embedded/mail/main.js',
  'A mail server that delivers nothing and shows all.',
)
  .option('--smtp-port <number>', 'port that takes mails; 0 takes a free one', portOf, 1025)
  .option('--http-port <number>', 'port of the page that shows them; 0 takes a free one', portOf, 8025)
  .option('--data <folder>', 'where the mails are kept; without it nothing outlives the process')
  .parse()
  .opts<{ host: string; smtpPort: number; httpPort: number; data?: string }>();

await run('mail', async () => {
  const catcher = await startMailCatcher({ ...place, dataDir });
  const address = `${catcher.smtpUrl} ${catcher.pageUrl}`;
  return { address, settings: { SMTP_URL: catcher.smtpUrl }, close: () => catcher.close() };
});
