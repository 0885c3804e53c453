import { createServer } from 'node:http';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReadiness, whyNotReady } from '../../../embedded/stack/portal-readiness.js';
import { type Listening, listen } from '../../support/listen.js';
import { createEmptyDatabase } from '../../support/postgres.js';

describe('a portal that answers', () => {
  let server: Listening;
  let url: string;
  const answers: Record<string, { status: number; body: unknown }> = {};
  const unready = {
    status: 503,
    body: {
      checks: [
        { name: 'postgresql', ok: true, detail: 'answers' },
        { name: 'event log', ok: false, detail: 'it lacks what was read from it' },
      ],
    },
  };

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    server = await listen(
      createServer((request, response) => {
        const { status, body } = answers[request.url ?? ''] ?? { status: 404, body: null };
        response.writeHead(status).end(JSON.stringify(body));
      }),
    );
    url = server.url;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await server.close();
  });

  it('is waited for until it is ready and its first sync has ended', async () => {
    const isUp = createReadiness(url, undefined);
    answers['/readyz'] = unready;
    expect(await isUp()).toBe(false);
    answers['/readyz'] = { status: 200, body: { checks: [] } };
    answers['/api/v1/inventory/syncs'] = { status: 200, body: { items: [{ status: 'running' }] } };
    expect(await isUp()).toBe(false);
    answers['/api/v1/inventory/syncs'] = { status: 200, body: { items: [{ status: 'failed' }] } };
    expect(await isUp()).toBe(true);
    expect(await whyNotReady(url)).toBe(null);
  });

  it('is waited for until its first sync has ended, also where it asks for a credential', async () => {
    const database = await createEmptyDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const isUp = createReadiness(url, database.url);
      answers['/readyz'] = { status: 200, body: { checks: [] } };
      answers['/api/v1/inventory/syncs'] = { status: 401, body: { code: 'unauthenticated' } };
      expect(await isUp()).toBe(false);
      await client.query(`create schema "read"; create table "read".syncs (status text)`);
      await client.query(`insert into "read".syncs values ('running')`);
      expect(await isUp()).toBe(false);
      await client.query(`insert into "read".syncs values ('completed')`);
      expect(await isUp()).toBe(true);
    } finally {
      await client.end();
      await database.drop();
    }
  });

  it('counts as up when it stays unready: it is not stopped, and says what is in the way', async () => {
    const isUp = createReadiness(url, undefined);
    answers['/readyz'] = unready;
    expect(await isUp()).toBe(false);
    vi.setSystemTime(Date.now() + 29_000);
    expect(await isUp()).toBe(false);
    vi.setSystemTime(Date.now() + 2_000);
    expect(await isUp()).toBe(true);
    expect(await whyNotReady(url)).toBe('event log: it lacks what was read from it');
  });
});
