import type { FastifyReply } from 'fastify';

/** Sends an error the way this API words them. */
export function refuse(
  reply: FastifyReply,
  status: number,
  error: string,
  message: string,
  facts: Record<string, unknown> = {},
): FastifyReply {
  return reply.code(status).send({ error, message, ...facts });
}

/** The largest page the API gives out. */
const maxPageSize = 1000;
const defaultPageSize = 100;

/**
 * Sends the page of rows that a query asks for, or 400 when it asks for none that can be. Only the rows sent are given
 * to `shape`.
 */
export function sendPage<Row>(
  reply: FastifyReply,
  rows: readonly Row[],
  query: Record<string, string | undefined>,
  shape: (row: Row) => unknown = (row) => row,
): FastifyReply {
  const page = wholeNumber(query.page, 1);
  const size = wholeNumber(query.page_size, defaultPageSize);
  if (page === null || size === null || size > maxPageSize) {
    return refuse(reply, 400, 'invalid_request', `page counts from 1 and page_size from 1 to ${maxPageSize}`);
  }
  const data = rows.slice((page - 1) * size, page * size).map(shape);
  return reply.send({ data, page, page_size: size, total: rows.length });
}

function wholeNumber(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
