import Fastify from 'fastify';
import pg from 'pg';

export interface Query {
  readonly sql: string;
  readonly values: readonly string[];
}

/** What a reference process answers, by path: the same bytes, or the rows of queries as JSON. */
export type References = Readonly<Record<string, { bytes: string } | { queries: readonly Query[] }>>;

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
      return JSON.stringify(await rowsOf(pool, reference.queries));
    });
  }
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
  process.once('disconnect', () => process.exit(0));
}

/** Of one query after the other, on one connection. */
async function rowsOf(pool: pg.Pool, queries: readonly Query[]): Promise<unknown[]> {
  const connection = await pool.connect();
  try {
    const rows: unknown[] = [];
    for (const { sql, values } of queries) rows.push(...(await connection.query(sql, [...values])).rows);
    return rows;
  } finally {
    connection.release();
  }
}
