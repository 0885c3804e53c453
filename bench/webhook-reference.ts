import Fastify from 'fastify';
import pg from 'pg';
import Stripe from 'stripe';

// The least that can acknowledge a webhook: checks the signature, inserts one row, answers. Configured by the
// environment: DATABASE_URL and STRIPE_WEBHOOK_SECRET. Prints its URL.
const secret = process.env.STRIPE_WEBHOOK_SECRET ?? '';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query('create table bench_webhooks (event_id text primary key, payload jsonb not null)');

const app = Fastify();
app.removeContentTypeParser('application/json');
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/', async (request, reply) => {
  const raw = request.body as Buffer;
  const event = Stripe.webhooks.constructEvent(raw, request.headers['stripe-signature'] ?? '', secret);
  await pool.query('insert into bench_webhooks values ($1, $2) on conflict do nothing', [event.id, raw.toString()]);
  return reply.send({ received: true });
});
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
process.once('disconnect', () => process.exit(0));
