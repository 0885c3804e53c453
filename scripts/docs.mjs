// Writes the pages of docs/reference that are made of code, and .env.example.
// With --check it writes nothing and fails when a page is out of date.
// With --release the OpenAPI document becomes the one that later changes are compared with.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientTypes } from './docs/client.mjs';
import { configurationPage, exampleEnvironment } from './docs/configuration.mjs';
import { eventsPage } from './docs/events.mjs';
import { load } from './docs/load.mjs';
import { metricsPage } from './docs/metrics.mjs';
import { openApiText } from './docs/openapi.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { variables } = await load('src/config.ts');
const { instruments } = await load('src/adapters/telemetry/instruments.ts');
const { eventCatalogue } = await load('src/domain/event-catalogue.ts');
const schemas = {
  order: (await load('src/domain/order/events.ts')).orderEventSchemas,
  inventory: (await load('src/domain/inventory/events.ts')).inventoryEventSchemas,
  brand: (await load('src/domain/brand/events.ts')).brandEventSchemas,
  inventorySync: (await load('src/domain/sync/events.ts')).syncEventSchemas,
  operations: (await load('src/domain/operations/events.ts')).operationsEventSchemas,
  seal: (await load('src/domain/seal/events.ts')).sealEventSchemas,
  privacy: (await load('src/domain/privacy/events.ts')).privacyEventSchemas,
};

const openapi = await openApiText(await load('src/http/app.ts'));
const pages = {
  'docs/configuration.md': configurationPage(variables),
  '.env.example': exampleEnvironment(variables),
  'docs/reference/metrics.md': metricsPage(instruments),
  'docs/reference/events.md': eventsPage(eventCatalogue, schemas),
  'docs/openapi.json': openapi,
  'client/schema.ts': await clientTypes(openapi),
  ...(process.argv.includes('--release') ? { 'docs/openapi.released.json': openapi } : {}),
};

const checkOnly = process.argv.includes('--check');
for (const [name, text] of Object.entries(pages)) {
  const file = path.join(root, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (checkOnly) {
    console.error(`${name} is out of date: run node scripts/docs.mjs`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote ${name}`);
  }
}
