import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../support/listen.js';
import {
  moveInWarehouse,
  pay,
  products,
  quickPolling,
  startPortal,
  type TestPortal,
  untilEvent,
} from '../../support/portal.js';
import { exchange } from '../../support/raw-http.js';
import { bareEnvironment } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { type MailServer, startMailServer } from '../mail/support.js';
import { deliver, orderBody, providerEvent, settled, succeeded } from '../orders/support.js';
import { deployedQueries, faultsIn, seriesOf } from './queries.js';

/** Every planted word begins like this, and names where it was planted. */
const planted = (where: string) => `Kanari${where}`;
const leak = /kanari\w*/gi;

/** As in production, it must be a real key. */
const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'der' })
  .toString('base64');
/** What would be a leak although it has no canary in it. */
const generatedSecrets = [signingKey];
const phone = '+1 555 731 9042';

let portal: TestPortal;
let second: Awaited<ReturnType<typeof startSecondProcess>>;
let sentry: Awaited<ReturnType<typeof answering>>;
let partner: Awaited<ReturnType<typeof answering>>;
let stripe: Awaited<ReturnType<typeof answering>>;
let mail: MailServer;
const envelopes: string[] = [];
let metrics = '';

beforeAll(async () => {
  sentry = await answering((request, body, response) => {
    envelopes.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  partner = await answering(refusingFirst(planted('PartnerAnswer')));
  stripe = await answering(refusingPayments());
  mail = await startMailServer({
    authOptional: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
  });
  mail.refusals.push({ code: 451, text: `${planted('MailAnswer')} not now` });
  mail.refusals.push({ code: 550, text: `${planted('MailAnswer')} unknown` });
  portal = await startPortal({
    ...quickPolling,
    LOG_LEVEL: 'trace',
    SENTRY_DSN: `http://public@127.0.0.1:${sentry.port}/1`,
    EXTENSIV_CLIENT_SECRET: planted('WmsSecret'),
    STRIPE_WEBHOOK_SECRET: `whsec_${planted('WebhookSecret')}`,
    AUTH_JWT_SECRET: planted('JwtSecret').padEnd(32, 'x'),
    AUDIT_SIGNING_KEY: signingKey,
    SMTP_URL: mail.url.replace('//', `//portal:${planted('MailPassword')}@`),
    ADMIN_EMAIL: 'operators@example.com',
    DELIVERY_PARTNER_URL: partner.url,
  });
  second = await startSecondProcess();
  const { DATABASE_URL, STRIPE_SECRET_KEY } = portal.stack.env;
  generatedSecrets.push(new URL(DATABASE_URL ?? '').password, STRIPE_SECRET_KEY ?? '');
}, 180_000);
afterAll(async () => {
  await second?.stop();
  await portal?.stop();
  await mail?.close();
  for (const server of [sentry, partner, stripe]) await server?.close();
});

const customer = {
  name: planted('CustomerName'),
  email: `${planted('CustomerEmail')}@example.com`,
  phone,
  companyName: planted('Company'),
};
const shippingAddress = {
  street1: planted('Street'),
  street2: planted('StreetTwo'),
  city: planted('City'),
  state: planted('State'),
  zip: planted('Zip'),
  country: 'US',
};
const headers = {
  authorization: `Bearer ${planted('Bearer')}`,
  cookie: `session=${planted('Cookie')}`,
  'x-api-key': planted('ApiKey'),
  'user-agent': planted('UserAgent'),
  'x-correlation-id': `${planted('CorrelationId')}@no-id`,
  forwarded: `for=${planted('Forwarded')}`,
};

async function order(pick: number) {
  const { sku } = (await products(portal))[pick] ?? {};
  const delivery = { deliveryMethod: 'delivery', deliveryZone: 'north' };
  const body = { customer, shippingAddress, lineItems: [{ sku, quantity: 1 }], ...delivery };
  const idempotencyKey = planted(`IdempotencyKey${pick}`);
  return portal.api<Parameters<typeof pay>[1]>('POST', '/api/v1/orders', body, {
    ...headers,
    'idempotency-key': idempotencyKey,
  });
}

async function place(pick: number) {
  const { status, body } = await order(pick);
  expect({ status, detail: Reflect.get(body, 'detail') }).toEqual({ status: 201, detail: undefined });
  return body;
}

const parked = (projection: string) =>
  portal.sql<{ stream: string }>('select stream from portal.parked_streams where projection = $1', [projection]);

/** Makes every insert into a table fail in the way that quotes the whole row. */
async function refuseRows(table: string, work: () => Promise<void>): Promise<void> {
  await portal.sql(`alter table ${table} add constraint refuses_everything check (false) not valid`);
  try {
    await work();
  } finally {
    await portal.sql(`alter table ${table} drop constraint refuses_everything`);
  }
}

describe('customer data and secrets stay out of logs, error reports and metrics', () => {
  it('while requests are refused', async () => {
    const body = await orderBody(portal);
    const wrong: [string, string, unknown][] = [
      ['POST', '/api/v1/orders', { ...body, customer: { ...customer, email: planted('NoEmail') } }],
      ['POST', '/api/v1/orders', { ...body, [planted('UnknownField')]: planted('UnknownValue') }],
      ['POST', '/api/v1/orders', { ...body, lineItems: [{ sku: planted('UnknownSku'), quantity: 1 }] }],
      ['POST', '/api/v1/orders', `{"customer": "${planted('BrokenJson')}`],
      ['GET', `/api/v1/orders/${planted('Path')}?customer=${planted('Query')}`, undefined],
      ['GET', `/api/v1/products?search=${planted('Search')}&cursor=${planted('Cursor')}`, undefined],
      ['GET', `/api/v1/products?search=${planted('Search')}`, undefined],
      ['DELETE', `/${planted('UnknownPath')}?token=${planted('QueryToken')}`, undefined],
      ['POST', '/api/v1/orders', { ...body, deliveryMethod: 'delivery', deliveryZone: planted('Zone') }],
      ['GET', `/%zz${planted('BadPath')}`, undefined],
    ];
    for (const [method, address, sent] of wrong) await portal.api(method, address, sent, headers);
    await rawRequest(`GARBAGE ${planted('NoHttp')}\r\n\r\n`);
    await rawRequest(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${planted('LargeHeader').repeat(4_000)}\r\n\r\n`);
    for (const token of [planted('Token'), `vlk_${planted('Key')}.${planted('Key')}`, jwtOf(planted('Claim'))]) {
      const answer = await fetch(`${second.url}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(401);
    }
  });

  it('while an order goes its way through failing neighbours', async () => {
    const answer = { error: planted('error code'), message: customer.name, details: [{ field: planted('a field') }] };
    await portal.wms('POST', '/faults', [
      {
        match: { method: 'POST', path: '/oauth/token' },
        fault: { status: 503, body: planted('TokenAnswer') },
        times: 1,
      },
      { match: { method: 'POST', path: '/api/v1/orders' }, fault: { status: 500, body: planted('Html') }, times: 2 },
      { match: { method: 'POST', path: '/api/v1/orders' }, fault: { status: 200, body: answer }, times: 1 },
    ]);
    await portal.wms('POST', '/tokens/revoke');
    const placed = await place(0);
    await pay(portal, placed);
    await untilEvent(portal, placed.order.id, 'OrderExported');
    for (const to of ['picking', 'packed', 'shipped'] as const) {
      await moveInWarehouse(portal, placed.order.orderNumber, to);
      await untilEvent(portal, placed.order.id, 'StatusChanged', { where: { to } });
    }
    await untilEvent(portal, placed.order.id, 'DeliveryScheduled');
    await portal.api('POST', `/api/v1/orders/${placed.order.id}/cancel`, { reason: planted('Reason') }, headers);
  });

  it('while an order is refused for good, and its money goes back', async () => {
    const body = {
      error: 'validation_failed',
      message: `no ${customer.name}`,
      details: [{ message: planted('Detail') }],
    };
    const fault = { status: 422, body, headers: { 'x-trace': planted('WmsHeader') } };
    await portal.wms('POST', '/faults', { match: { method: 'POST', path: '/api/v1/orders' }, fault, times: 1 });
    const refused = await place(1);
    await pay(portal, refused);
    await untilEvent(portal, refused.order.id, 'OrderExportFailed');

    const cancelled = await place(2);
    await portal.stripe('POST', '/faults', { match: 'POST /v1/refunds', status: 500 });
    await pay(portal, cancelled);
    await untilEvent(portal, cancelled.order.id, 'OrderPaid');
    await portal.api('POST', `/api/v1/orders/${cancelled.order.id}/cancel`, { reason: planted('Reason') }, headers);
    await untilEvent(portal, cancelled.order.id, 'RefundSucceeded');
  });

  it('while the catalogue has unreadable rows', async () => {
    await portal.wms('POST', '/inventory/raw', [
      { sku: 'ROW-1', name: 7, [planted('WmsField')]: planted('WmsValue') },
      { sku: { [planted('WmsSku')]: planted('WmsSku') }, name: planted('WmsName') },
      planted('WmsRow'),
    ]);
    await portal.api('POST', '/api/v1/inventory/sync?wait=true', undefined, headers);
    await portal.wms('POST', '/faults', {
      match: { method: 'GET', path: '/api/v1/inventory' },
      fault: { status: 200, body: `{"items": [${planted('WmsPage')}` },
      times: 1,
    });
    await portal.api('POST', '/api/v1/inventory/sync?wait=true&force=true', undefined, headers);
  });

  it('while webhooks are forged, unknown, contradictory or about nobody', async () => {
    const forged = { 'stripe-signature': `t=1,v1=${planted('Signature')}` };
    const path = '/api/v1/webhooks/stripe';
    expect((await portal.api('POST', path, { type: planted('Forged') }, { ...headers, ...forged })).status).toBe(400);

    const placed = await place(3);
    const person = {
      receipt_email: customer.email,
      description: planted('Description'),
      client_secret: `pi_1_secret_${planted('ClientSecret')}`,
      shipping: { name: planted('ShippingName'), address: { line1: planted('Line') } },
      billing_details: { name: planted('Payer'), phone },
      last_payment_error: { message: planted('Decline') },
    };
    for (const event of [
      succeeded(placed, { ...person, amount_received: 1 }),
      succeeded(placed, { ...person, id: 'pi_unknown', metadata: { order_id: planted('NoOrder') } }),
      succeeded(placed, { ...person, metadata: planted('NoMetadata'), amount_received: planted('NoAmount') }),
      providerEvent('payment_intent.payment_failed', { ...person, id: placed.payment.paymentIntentId }),
      providerEvent('charge.dispute.created', {
        ...person,
        id: 'dp_1',
        payment_intent: 'pi_unknown',
        evidence: person,
      }),
      providerEvent('customer.created', { ...person, id: 'cus_1' }),
    ]) {
      expect((await deliver(portal, event)).status).toBe(200);
      await settled(portal, event.id);
    }
  });

  it('while the database refuses rows', async () => {
    const [table] = await portal.sql<{ name: string }>(
      `select format('read.%I', table_name) as name from information_schema.tables
       where table_schema = 'read' and table_name like 'orders%' order by table_name desc limit 1`,
    );
    await refuseRows(table?.name ?? '', async () => {
      await place(4);
      await until('the stream is parked', async () => (await parked('orders')).length > 0);
    });
    await refuseRows('portal.idempotency_keys', async () => {
      expect((await order(5)).status).toBe(500);
    });
    await refuseRows('portal.webhooks', async () => {
      const event = providerEvent('customer.updated', { id: 'cus_2', email: customer.email, name: customer.name });
      expect((await deliver(portal, event)).status).toBe(500);
    });
    await refuseRows('portal.effects', async () => {
      const { order } = await place(6);
      await until('the effects of the order are parked', async () =>
        (await parked('effects')).some(({ stream }) => stream === `order-${order.id}`),
      );
    });
  });

  it('while Stripe refuses in many words', async () => {
    const body = JSON.stringify(await orderBody(portal));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await fetch(`${second.url}/api/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await second.token()}` },
        body,
      });
    }
    expect(stripe.requests()).toBeGreaterThan(2);
  });

  it('in nothing that was written, reported or counted', async () => {
    await until('the effects have settled', async () => {
      const open = await portal.sql(`select 1 from portal.effects where status = 'open' and due_at is null`);
      return open.length === 0;
    });
    metrics = await (await fetch(`${portal.stack.urls.portal}/metrics`)).text();
    metrics += await (await fetch(`${second.url}/metrics`)).text();
    const redis = new Redis(portal.stack.env.REDIS_URL ?? '');
    const accessToken = await redis.get('extensiv:access_token');
    redis.disconnect();
    await second.stop();
    await portal.stack.kill('portal', 'SIGTERM');
    const log = (await readFile(path.join(portal.stack.dataDir, 'logs', 'portal.log'), 'utf8')) + second.output();
    const reports = envelopes.join('\n');

    // The failures were there to be written about.
    const expected = [
      '"level":"debug"',
      'effect failed, will be tried again',
      'effect failed for good',
      'request failed',
      'its stream is parked',
      'a webhook with a bad signature was refused',
      'mail was not taken',
      'Stripe create-intent',
      'refuses_everything',
    ];
    expect.soft(expected.filter((words) => !log.includes(words))).toEqual([]);
    expect(envelopes.length).toBeGreaterThan(5);
    expect(metrics).toContain('portal_stripe_webhooks_total{');

    expect.soft(accessToken).toEqual(expect.any(String));
    const secrets = [...generatedSecrets, accessToken ?? '', phone, '731 9042'].filter((secret) => secret !== '');
    for (const [name, text] of Object.entries({ log, reports, metrics })) {
      expect.soft(linesWith(text, leak), name).toEqual([]);
      for (const secret of secrets) expect.soft(text.includes(secret), `${name} has ${secret}`).toBe(false);
    }
  });
});

it('the dashboard and the alerts ask for nothing that these processes do not tell', async () => {
  const series = seriesOf(metrics);
  const { watched, drawn } = deployedQueries();
  const wrong = [...watched, ...drawn].map((expression) => [expression, faultsIn(expression, series)] as const);
  expect(Object.fromEntries(wrong.filter(([, faults]) => faults.length > 0))).toEqual({});
});

/** The canaries of each line that has some, with the line's beginning. */
function linesWith(text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .map((line) => ({ line, found: [...new Set(line.match(pattern))] }))
    .filter(({ found }) => found.length > 0)
    .map(({ line, found }) => `${found.join(', ')} in ${line.slice(0, 600)}`);
}

type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

async function answering(answer: Answer) {
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    answer(request, await buffer(request), response);
  });
  return { ...(await listen(server)), requests: () => requests };
}

function refusingFirst(words: string): Answer {
  let refusals = 0;
  return (_request, _body, response) => {
    refusals += 1;
    const json = { 'content-type': 'application/json', 'x-note': words };
    if (refusals === 1) response.writeHead(500, json).end(JSON.stringify({ error: words }));
    else response.writeHead(201, json).end(JSON.stringify({ reference: 'D-1', driver: words }));
  };
}

/** The three kinds of refusal that quote what was sent. */
function refusingPayments(): Answer {
  const words = planted('StripeAnswer');
  const error = { message: `No such thing: ${words}`, param: `${words} x`, payment_intent: { receipt_email: words } };
  let asked = 0;
  return (_request, body, response) => {
    asked += 1;
    const json = { 'content-type': 'application/json', 'x-note': words };
    if (asked === 1)
      response.writeHead(400, json).end(JSON.stringify({ error: { type: 'invalid_request_error', ...error } }));
    else if (asked === 2)
      response.writeHead(402, json).end(JSON.stringify({ error: { type: 'card_error', ...error } }));
    else response.writeHead(500, { 'content-type': 'text/html' }).end(`<b>${words} ${body.toString()}</b>`);
  };
}

/** Another process of the same portal: with credentials, and with a Stripe that refuses. */
async function startSecondProcess() {
  const secret = planted('SecondSecret').padEnd(32, 'x');
  const process: ChildProcess = spawn('node', ['dist/src/main.js'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...bareEnvironment(),
      ...portal.stack.env,
      ROLES: 'api',
      PORT: '0',
      AUTH_MODE: 'token',
      AUTH_JWT_SECRET: secret,
      STRIPE_API_BASE: stripe.url,
      STRIPE_SECRET_KEY: `sk_test_${planted('StripeKey')}`,
    },
  });
  let output = '';
  for (const stream of [process.stdout, process.stderr])
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  const url = await until('the second process listens', () => /"url":"(http:[^"]+)"/.exec(output)?.[1]);
  return {
    url,
    output: () => output,
    async token() {
      const { SignJWT } = await import('jose');
      return new SignJWT({ roles: ['buyer'], customer_id: 'c-1' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('shop')
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(secret));
    },
    async stop() {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const ended = once(process, 'exit');
      process.kill('SIGTERM');
      await ended;
    },
  };
}

function jwtOf(claim: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ sub: claim, exp: 9_999_999_999 })}.${planted('JwtSignature')}`;
}

/** Sends bytes that no HTTP client would, and waits for the connection's end. */
async function rawRequest(text: string): Promise<void> {
  await exchange(Number(new URL(portal.stack.urls.portal ?? '').port), text);
}
