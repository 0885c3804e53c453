/** The dialect behind `client: 'pg'`, which the query builder exports without types. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import type { Knex } from 'knex';
  export default class PostgresDialect extends Knex.Client {}
}
