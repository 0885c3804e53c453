// One process of the portal that asks the warehouse for a SKU: `look-up.mjs BASE_URL REDIS_URL SKU`. Says `ready`, waits
// for a line, asks, and prints the SKU of the answer.
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createExtensivWarehouse } from '../../../../dist/src/adapters/extensiv/warehouse.js';

const [baseUrl, redisUrl, sku] = process.argv.slice(2);
const nothing = () => undefined;
const logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };
const redis = new Redis(redisUrl);
const warehouse = createExtensivWarehouse({
  baseUrl,
  clientId: 'portal',
  clientSecret: 'portal-secret',
  timeoutMs: 5_000,
  maxRetries: 3,
  retryBaseMs: 10,
  redis,
  logger,
  metrics: { increment: nothing, observe: nothing, set: nothing },
  reporter: { capture: nothing },
  currency: 'USD',
  signal: new AbortController().signal,
  budget: { perSecond: 20, burst: 40 },
});
await redis.ping();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const item = await warehouse.inventoryItem(sku);
process.stdout.write(`${item?.sku}\n`);
process.exit(0);
