import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { until } from './until.js';

interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A reader of server-sent events, as a browser reads them. */
export interface Reader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Every event so far. */
  readonly events: SentEvent[];
  /** What a browser would send as Last-Event-ID. */
  lastId(): string;
  /** Whether the stream ended, and was not torn. */
  ended(): boolean;
  body(): string;
  /** Resolves with everything so far as soon as it is that many. */
  untilEvents(count: number): Promise<SentEvent[]>;
  leave(): void;
  readonly request: ClientRequest;
}

export async function openEvents(url: string, headers: Record<string, string> = {}): Promise<Reader> {
  const outgoing = request(url, { headers }).end();
  outgoing.on('error', () => undefined);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const events: SentEvent[] = [];
  let body = '';
  let rest = '';
  let lastId = '';
  let ended = false;
  answer.setEncoding('utf8');
  answer.on('data', (text: string) => {
    body += text;
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
      );
      lastId = fields.get('id') ?? lastId;
      const data = fields.get('data');
      if (data !== undefined) {
        events.push({ id: lastId, event: fields.get('event') ?? 'message', data: JSON.parse(data) });
      }
    }
  });
  answer.on('end', () => {
    ended = true;
  });
  answer.on('error', () => undefined);
  if (answer.statusCode === 200) await until('the stream tells where it begins', () => lastId !== '');
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    request: outgoing,
    lastId: () => lastId,
    ended: () => ended,
    body: () => body,
    async untilEvents(count) {
      await until(`${count} events are told`, () => events.length >= count);
      return events;
    },
    leave: () => outgoing.destroy(),
  };
}
