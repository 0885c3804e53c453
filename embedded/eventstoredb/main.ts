import { parseArgs } from 'node:util';
import { startEventStoreDb } from './server.js';

/** How often a started server looks whether its parent still lives, in milliseconds. */
const parentCheckInterval = 1000;

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '2113' },
    data: { type: 'string', default: '.data/eventstoredb' },
  },
});

try {
  const server = await startEventStoreDb({ host: values.host, port: Number(values.port), dataDir: values.data });
  stopWithParentOrSignal(async () => {
    await server.close();
    process.exit(0);
  });
  console.log(`eventstoredb ready ${server.url}`);
} catch (error) {
  console.error(`eventstoredb cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

function stopWithParentOrSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const stopOnce = () => {
    if (!stopping) void stop();
    stopping = true;
  };
  process.once('SIGTERM', stopOnce);
  process.once('SIGINT', stopOnce);
  process.once('disconnect', stopOnce);
  const parent = Number(process.env.PORTAL_PARENT_PID);
  if (parent > 0) {
    setInterval(() => {
      try {
        process.kill(parent, 0);
      } catch {
        stopOnce();
      }
    }, parentCheckInterval).unref();
  }
}
