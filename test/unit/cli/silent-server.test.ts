import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/cli/failures.js';
import { silentServer } from '../../../src/cli/silent-server.js';
import { WarehouseError } from '../../../src/processes/ports/warehouse.js';

const addresses = {
  EVENTSTORE_URL: 'esdb://user:pass@node1.internal:2113,node2.internal:2114?tls=true',
  DATABASE_URL: 'postgres://portal:secret@db.internal/portal',
  REDIS_URL: 'redis://127.0.0.1:6379',
  REDIS_CACHE_URL: 'redis://[::1]:6380/1',
  EXTENSIV_BASE_URL: 'https://warehouse.example/v2',
};

describe('a connection that failed is named by its server', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:6379', 'Redis (REDIS_URL)'],
    ['connect ECONNREFUSED ::1:6380', 'The Redis of the caches (REDIS_CACHE_URL)'],
    ['connect ECONNREFUSED 10.1.2.3:5432', 'PostgreSQL (DATABASE_URL)'],
    ['getaddrinfo ENOTFOUND db.internal', 'PostgreSQL (DATABASE_URL)'],
    ['getaddrinfo EAI_AGAIN warehouse.example', 'The warehouse (EXTENSIV_BASE_URL)'],
    [
      'reading $all failed: 14 UNAVAILABLE: Last error: Error: connect ECONNREFUSED 10.0.0.7:2114. Resolution note: ',
      'The event store (EVENTSTORE_URL)',
    ],
    ['reading the head of $all failed: no answer within 10 s', 'The event store (EVENTSTORE_URL)'],
    ['append to order-1 failed: no answer within 10000 ms', 'The event store (EVENTSTORE_URL)'],
    ['timeout expired', 'PostgreSQL (DATABASE_URL)'],
    [
      'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
      'PostgreSQL (DATABASE_URL)',
    ],
    ['Command timed out', 'Redis (REDIS_URL)'],
    ["Stream isn't writeable and enableOfflineQueue options is false", 'Redis (REDIS_URL)'],
  ])('%s', (reason, server) => {
    expect(silentServer(reason, addresses)).toBe(server);
  });

  it.each([
    'connect ECONNREFUSED 127.0.0.1:9999',
    'connect ECONNREFUSED 127.0.0.1:63790',
    'password authentication failed for user "portal" at 127.0.0.1:6379',
  ])('unless none is meant: %s', (reason) => {
    expect(silentServer(reason, addresses)).toBeNull();
  });

  it('also the warehouse, of whose failures no address is told', () => {
    const details = { method: 'GET', route: '/api/v1/orders' };
    const error = new WarehouseError('unknown', 'GET /api/v1/orders: the connection failed: ECONNREFUSED', details);
    expect(explain(error, addresses)).toBe(
      'The warehouse (EXTENSIV_BASE_URL): GET /api/v1/orders: the connection failed: ECONNREFUSED',
    );
  });

  it('before the reason and the advice', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
    expect(explain(error, addresses).split('\n')).toEqual([
      'Redis (REDIS_URL) does not answer: connect ECONNREFUSED 127.0.0.1:6379',
      expect.stringContaining('npm start'),
    ]);
    expect(explain(error)).toMatch(/^connect ECONNREFUSED/);
  });
});
