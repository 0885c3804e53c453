import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { createFaults } from './faults.js';
import { createInventory } from './inventory.js';
import { type Entry, openJournal } from './journal.js';
import { createLedger } from './ledger.js';
import { observe } from './observe.js';
import { createOrderBook, type OrderBook } from './orders.js';
import { seededRandom } from './random.js';
import { refuse } from './routes/answers.js';
import { controlRoutes, type Pace } from './routes/control.js';
import { inventoryRoutes } from './routes/inventory.js';
import { oauthRoutes } from './routes/oauth.js';
import { orderRoutes } from './routes/orders.js';
import { createTokens } from './tokens.js';

export interface ExtensivSimOptions {
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Folder for the state; without it nothing outlives the process. */
  readonly dataDir?: string | undefined;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly skus?: number;
  /** Seconds an order stays in one status; fractions are fine. */
  readonly stepSeconds?: number;
  readonly tokenTtlSeconds?: number;
  /** Seed of the catalogue and of faults with a probability. */
  readonly seed?: number;
}

export interface ExtensivSim {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a warehouse that speaks the wire of EXTENSIV.md, with its steering under `/control`. */
export async function startExtensivSim(options: ExtensivSimOptions = {}): Promise<ExtensivSim> {
  const { host = '127.0.0.1', port = 0, seed = 1 } = options;
  const now = () => new Date();
  const journal = openJournal(options.dataDir);
  const inventory = createInventory(options.skus ?? 300, seed);
  const record = (entries: readonly Entry[]) => {
    journal.append(entries);
    if (journal.length >= maxJournal) journal.rewrite(snapshot());
  };
  const orders = createOrderBook(inventory, record, now);
  const tokens = createTokens(options.tokenTtlSeconds ?? 3600, now);
  const faults = createFaults(seededRandom(seed));
  const ledger = createLedger();
  const pace: Pace = { paused: false, stepSeconds: options.stepSeconds ?? 4 };

  for (const entry of journal.history) {
    inventory.apply(entry);
    orders.apply(entry);
  }
  journal.rewrite(snapshot());

  function* snapshot(): Iterable<Entry> {
    yield* inventory.snapshot();
    yield* orders.snapshot();
  }

  function reset(size?: number): void {
    inventory.reset(size);
    orders.reset();
    tokens.revokeAll();
    faults.clear();
    ledger.clear();
    pace.paused = false;
    journal.rewrite(snapshot());
  }

  const app = Fastify({
    bodyLimit: maxBody,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  });
  app.setErrorHandler<FastifyError>(wordError);
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'not_found', 'No such endpoint.'));
  observe(app, ledger, faults, tokens.revokeAll);
  oauthRoutes(
    app,
    { clientId: options.clientId ?? 'portal', clientSecret: options.clientSecret ?? 'portal-secret' },
    tokens,
  );
  app.register(
    async (api) => {
      api.addHook('onRequest', async (request, reply) => {
        if (!tokens.accepts(request.headers.authorization)) {
          return refuse(reply, 401, 'invalid_token', 'The access token is missing, expired or revoked.');
        }
      });
      inventoryRoutes(api, inventory);
      orderRoutes(api, orders, inventory);
    },
    { prefix: '/api/v1' },
  );
  app.register(
    async (control) => controlRoutes(control, { inventory, orders, tokens, faults, ledger, pace, now, record, reset }),
    { prefix: '/control' },
  );

  const url = await app.listen({ host, port });
  const stopClock = keepMoving(orders, pace);
  return {
    url,
    async close() {
      stopClock();
      await app.close();
      journal.close();
    },
  };
}

/** Lines of the journal before it is written anew, so that a long run does not fill the disk. */
const maxJournal = 200_000;
/** Room for a large list of injected items. */
const maxBody = 64 * 1024 * 1024;

function wordError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  const details = error.validation?.map(({ instancePath, message }) => ({ field: instancePath, message }));
  return refuse(
    reply,
    status,
    status < 500 ? 'invalid_request' : 'server_error',
    error.message,
    details && { details },
  );
}

/** Looks at the open orders a few times per step, and at most this often. */
const minTickMs = 20;
const maxTickMs = 1000;

function keepMoving(orders: OrderBook, pace: Pace): () => void {
  let timer = setTimeout(tick, minTickMs);
  function tick(): void {
    if (!pace.paused) orders.advanceDue(pace.stepSeconds * 1000);
    timer = setTimeout(tick, Math.min(maxTickMs, Math.max(minTickMs, pace.stepSeconds * 250)));
  }
  return () => clearTimeout(timer);
}
