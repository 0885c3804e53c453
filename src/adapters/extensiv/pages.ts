import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../commands/ports.js';
import { WarehouseError } from '../../processes/ports/warehouse.js';
import type { Api } from './api.js';
import type { Lane } from './budget.js';
import type { PageMemory } from './page-memory.js';
import { readPage, type WirePage } from './wire-page.js';

export interface ListRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly lane: Lane;
  readonly signal?: AbortSignal | undefined;
  /** Of a list that is read time and again and seldom changes: a page that came before comes as the same object. */
  readonly memory?: PageMemory;
  /** A list of what was searched for: 404 is one way to say that there is none. */
  readonly search?: boolean;
}

/** The most the API gives out at once. */
const pageSize = 1000;
/** A million rows; a list that goes on is a server that does not know where its end is. */
const maxPages = 1000;
/** While one page is worked on, the next is there already and the warehouse makes the one after it. */
const pagesAhead = 2;

/**
 * Every page of a list. It ends when the rows reach `total`, or, where the warehouse tells none, with an empty or a
 * shorter page; a warehouse that does not page is read once. The next pages are fetched while one is worked on. Whether
 * the rows add up to `total` is the caller's to judge.
 * @throws WarehouseError
 */
export async function* listPages(api: Api, logger: Logger, request: ListRequest): AsyncGenerator<WirePage> {
  const coming: Promise<WirePage>[] = [];
  let previous: WirePage | null = null;
  let firstLength = 0;
  let seen = 0;
  for (let page = 1; page <= maxPages; page += 1) {
    const wire = await (coming.shift() ?? fetchPage(api, request, page));
    if (previous !== null && isRepeated(wire, previous, page)) {
      logger.warn({ route: request.path, page }, 'the warehouse sends the same page again: it is not paging');
      return;
    }
    previous = wire;
    if (page === 1) firstLength = wire.length;
    seen += wire.length;
    const further = pagesBehind(wire, page, firstLength, seen);
    const wanted = Math.min(further, pagesAhead, maxPages - page);
    while (coming.length < wanted) coming.push(ahead(fetchPage(api, request, page + coming.length + 1)));
    if (wire.length > 0 || page === 1) yield wire;
    if (further === 0) return;
  }
  throw new WarehouseError('unknown', `the list has more than ${maxPages} pages`, {
    method: 'GET',
    route: request.path,
  });
}

/** How many pages are known to follow one, `seen` being the rows up to its end; 0 for the last. */
function pagesBehind({ length, total, paged }: WirePage, page: number, firstLength: number, seen: number): number {
  if (!paged || length === 0) return 0;
  if (total === null) return length < firstLength ? 0 : 1;
  if (seen >= total) return 0;
  // Only a second page tells that the warehouse pages at all.
  return page === 1 ? 1 : Math.ceil((total - seen) / length);
}

/** A page that is on its way while the one before it is worked on; nobody may ever ask whether it failed. */
function ahead<Page>(page: Promise<Page>): Promise<Page> {
  page.catch(() => undefined);
  return page;
}

function isRepeated(wire: WirePage, previous: WirePage, page: number): boolean {
  return sameRows(wire, previous) || (wire.number !== null && wire.number < page);
}

function sameRows(page: WirePage, other: WirePage): boolean {
  return page.first === other.first && page.length === other.length && isDeepStrictEqual(page.rows(), other.rows());
}

function fetchPage(api: Api, request: ListRequest, page: number): Promise<WirePage> {
  const { path, query, lane, signal, memory, search = false } = request;
  return api.call({
    method: 'GET',
    route: path,
    path,
    query: { ...query, page: String(page), page_size: String(pageSize) },
    lane,
    signal,
    expected: (status) => (search && status === 404 ? readPage([], Buffer.alloc(0)) : undefined),
    recall: (bytes) => memory?.recall(page, bytes),
    read(body, bytes) {
      const read = readPage(body, bytes);
      memory?.keep(page, read);
      return read;
    },
  });
}
