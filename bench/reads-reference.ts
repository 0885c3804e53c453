import Fastify from 'fastify';
import pg from 'pg';

/** What a reference process answers, by path: the same bytes, or the rows of one query as JSON. */
export type References = Readonly<Record<string, { bytes: string } | { sql: string; values: readonly string[] }>>;

/** As many as the portal's own pool for the API has. */
const poolMax = 10;

// In a process of its own, as the portal is: `node reads-reference.js`, with DATABASE_URL and references from its parent.
process.once('message', (references: References) => void serve(references));

async function serve(references: References): Promise<void> {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: poolMax });
  const app = Fastify();
  for (const [path, reference] of Object.entries(references)) {
    app.get(path, async (_request, reply) => {
      reply.type('application/json; charset=utf-8');
      if ('bytes' in reference) return reference.bytes;
      const { rows } = await pool.query(reference.sql, [...reference.values]);
      return JSON.stringify(rows);
    });
  }
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
  process.once('disconnect', () => process.exit(0));
}
