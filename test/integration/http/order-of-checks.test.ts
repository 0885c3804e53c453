import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { testTokens } from '../../support/tokens.js';

/** What is wrong with a request, by the problem it is refused with, in the order in which it is looked at. */
const faults = [
  'misdirected-request',
  'rate-limited',
  'unauthenticated',
  'forbidden',
  'malformed-request',
  'validation-failed',
] as const;
type Fault = (typeof faults)[number];

const origin = 'https://shop.example';
let counted = 0;
const counter = { count: () => ({ count: counted, leftMs: 1_000 }) };
const portal = memoryPortal({
  authenticate: testTokens(),
  corsOrigins: [origin],
  loopbackHostsOnly: true,
  rateLimits: { counter, perMinute: 200, anonymousPerMinute: 200 },
});
let app: FastifyInstance;

beforeAll(async () => {
  app = await buildApp(portal.options);
});
afterAll(() => app.close());

/** A change of an order with every fault from this one on. */
async function sendWithFaultsFrom(first: Fault) {
  const has = (fault: Fault) => faults.indexOf(fault) >= faults.indexOf(first);
  counted = has('rate-limited') ? 201 : 1;
  const role = has('forbidden') ? 'buyer' : 'operator';
  return app.inject({
    method: 'PATCH',
    url: '/api/v1/orders/x/status',
    headers: {
      host: has('misdirected-request') ? 'rebound.example' : 'localhost',
      origin,
      'content-type': 'application/json',
      ...(has('unauthenticated') ? {} : { authorization: `Bearer ${role}` }),
    },
    payload: has('malformed-request') ? '{"status":' : '{"status":"shipped"}',
  });
}

describe('of a request with several faults', () => {
  it.each(faults)('%s is told before those that come later', async (fault) => {
    expect((await sendWithFaultsFrom(fault)).json()).toMatchObject({ code: fault });
  });

  it.each(faults)('the refusal as %s bears what every answer bears, and is measured', async (fault) => {
    const measured = portal.observations.length;
    const { headers } = await sendWithFaultsFrom(fault);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-correlation-id': expect.any(String),
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': origin,
    });
    expect(portal.observations.length).toBe(measured + 1);
  });
});
