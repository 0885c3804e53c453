import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Mailbox } from './mailbox.js';
import type { Message } from './message.js';
import type { Smtp } from './smtp.js';

/** The mail is someone else's HTML: no scripts, nothing loaded from elsewhere; a link opens in a tab of its own. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox";
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'";

/** Starts the page and the JSON API over the same mailbox. */
export async function startWeb(options: { host: string; port: number; mailbox: Mailbox; smtp: Smtp }) {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  pageRoutes(app, options.mailbox);
  apiRoutes(app, options.mailbox);
  controlRoutes(app, options.smtp);
  await app.listen({ host: options.host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://${options.host}:${port}`, close: () => app.close() };
}

function pageRoutes(app: FastifyInstance, mailbox: Mailbox): void {
  const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');
  app.get('/', (_request, reply) => reply.type('text/html').header('content-security-policy', pagePolicy).send(page));

  app.get<{ Params: { id: string } }>('/messages/:id/html', async (request, reply) => {
    const message = await mailbox.get(request.params.id);
    if (message === undefined) return notFound(reply);
    const html = message.html ?? `<pre style="white-space: pre-wrap">${escapeHtml(message.text)}</pre>`;
    return reply.type('text/html').header('content-security-policy', mailPolicy).send(`<base target="_blank">${html}`);
  });

  app.get<{ Params: { id: string } }>('/messages/:id/raw', async (request, reply) => {
    const raw = await mailbox.raw(request.params.id);
    return raw === undefined ? notFound(reply) : reply.type('text/plain; charset=utf-8').send(raw);
  });
}

function apiRoutes(app: FastifyInstance, mailbox: Mailbox): void {
  const text = { type: 'string' };
  const querystring = { type: 'object', properties: { to: text, subject: text, view: { enum: ['full', 'list'] } } };
  app.get<{ Querystring: { to?: string; subject?: string; view?: 'full' | 'list' } }>(
    '/api/messages',
    { schema: { querystring } },
    async ({ query }) => {
      const found = (await mailbox.list()).filter(
        (message) => contains(message.to, query.to) && contains(message.subject, query.subject),
      );
      return { items: query.view === 'list' ? found.map(summary) : found };
    },
  );
  app.get<{ Params: { id: string } }>(
    '/api/messages/:id',
    async (request, reply) => (await mailbox.get(request.params.id)) ?? notFound(reply),
  );
  app.delete('/api/messages', async (_request, reply) => {
    await mailbox.clear();
    return reply.code(204).send();
  });
}

function controlRoutes(app: FastifyInstance, smtp: Smtp): void {
  const body = {
    type: 'object',
    required: ['fail'],
    additionalProperties: false,
    properties: { fail: { type: 'boolean' } },
  };
  app.get('/control', async () => ({ fail: smtp.failing }));
  app.post<{ Body: { fail: boolean } }>('/control', { schema: { body } }, async (request) => {
    smtp.failing = request.body.fail;
    return { fail: smtp.failing };
  });
}

/** What the page's list needs, without the bodies. */
function summary({ id, from, to, subject, date, messageId }: Message) {
  return { id, from, to, subject, date, messageId };
}

function contains(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}

function notFound(reply: { code(status: number): { send(body: unknown): unknown } }): unknown {
  return reply.code(404).send({ error: 'No such mail: it was deleted, or pushed out by newer ones.' });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
