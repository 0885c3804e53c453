import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../commands/ports.js';
import { WarehouseError } from '../../processes/ports/warehouse.js';
import type { Api } from './api.js';
import type { Lane } from './budget.js';
import { CallFailure } from './call-failure.js';
import { isObject } from './error-body.js';
import { readPaging } from './schemas.js';

/** A page of a list as it came: its rows are not looked at yet. */
export interface WirePage {
  readonly rows: readonly unknown[];
  /** What the whole list counts, or null when the warehouse does not say. */
  readonly total: number | null;
}

export interface ListRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly lane: Lane;
  readonly signal?: AbortSignal | undefined;
}

/** The most the API gives out at once. */
const PAGE_SIZE = 1000;
/** A million rows; a list that goes on is a server that does not know where its end is. */
const MAX_PAGES = 1000;
/** While one page is worked on, the next is there already and the warehouse makes the one after it. */
const PAGES_AHEAD = 2;

/**
 * Every page of a list. It ends when the rows reach `total`, or, where the warehouse tells none, with an empty or a
 * shorter page; a warehouse that does not page is read once. The next pages are fetched while one is worked on. Whether
 * the rows add up to `total` is the caller's to judge.
 * @throws WarehouseError
 */
export async function* listPages(api: Api, logger: Logger, request: ListRequest): AsyncGenerator<WirePage> {
  let seen = 0;
  let firstLength = 0;
  let previous: readonly unknown[] = [];
  const coming: Promise<FetchedPage>[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { rows, total, paged, number } = await (coming.shift() ?? fetchPage(api, request, page));
    if (page > 1 && (isDeepStrictEqual(rows, previous) || (number !== null && number < page))) {
      logger.warn({ route: request.path, page }, 'the warehouse sends the same page again: it is not paging');
      return;
    }
    if (page === 1) firstLength = rows.length;
    seen += rows.length;
    previous = rows;
    const last =
      !paged || rows.length === 0 || (total === null ? rows.length < firstLength : seen >= total) || page === MAX_PAGES;
    // Only a total tells of more than one further page, and only a second page that the warehouse pages at all.
    const further = last ? 0 : total === null || page === 1 ? 1 : Math.ceil((total - seen) / rows.length);
    const wanted = Math.min(further, PAGES_AHEAD, MAX_PAGES - page);
    while (coming.length < wanted) coming.push(ahead(fetchPage(api, request, page + coming.length + 1)));
    if (rows.length > 0 || page === 1) yield { rows, total };
    if (last && page < MAX_PAGES) return;
  }
  throw new WarehouseError('unknown', `the list has more than ${MAX_PAGES} pages`, {
    method: 'GET',
    route: request.path,
  });
}

/** A page that is on its way while the one before it is worked on; nobody may ever ask whether it failed. */
function ahead<Page>(page: Promise<Page>): Promise<Page> {
  page.catch(() => undefined);
  return page;
}

interface FetchedPage extends WirePage {
  /** The answer speaks of pages at all. */
  readonly paged: boolean;
  /** The page it says it is. */
  readonly number: number | null;
}

function fetchPage(api: Api, { path, query, lane, signal }: ListRequest, page: number): Promise<FetchedPage> {
  return api.call({
    method: 'GET',
    route: path,
    path,
    query: { ...query, page: String(page), page_size: String(PAGE_SIZE) },
    lane,
    signal,
    read: readPage,
  });
}

/** The names a list goes by; the first is the documented one. */
const listNames = ['data', 'items', 'inventory', 'products', 'orders'] as const;

function readPage(body: unknown): FetchedPage {
  if (Array.isArray(body)) return { rows: body, total: null, paged: false, number: null };
  const rows = isObject(body) ? listNames.map((name) => body[name]).find(Array.isArray) : undefined;
  if (rows === undefined) throw new CallFailure('unreadable', 'the warehouse sent no list');
  const { page, page_size, total } = readPaging(body);
  return {
    rows,
    total: countOf(total),
    paged: (page ?? page_size ?? total ?? null) !== null,
    number: countOf(page),
  };
}

function countOf(value: number | string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
