import { formatPosition, type Position } from '../../commands/event-store.js';
import type { Change } from '../../projections/feed/change.js';
import type { ChangeBatch } from '../../projections/feed/follower.js';

/** Server-sent events as text (WHATWG HTML, 9.2). */

/** Milliseconds after which a reader whose stream has ended asks again. */
const retryMs = 2_000;

export function opening(position: Position): string {
  return `retry: ${retryMs}\n${mark(position)}`;
}

/** Without data a reader is told nothing, but goes on behind this position after an interruption. */
export function mark(position: Position): string {
  return `: alive\nid: ${formatPosition(position)}\n\n`;
}

export function messages({ changes, position, gap }: ChangeBatch): string {
  if (gap) return message('reset', position, {});
  return changes.map(worded).join('');
}

/** A change goes to many readers, and is put into words once. */
const words = new WeakMap<Change, string>();

function worded(change: Change): string {
  const text = words.get(change) ?? told(change);
  words.set(change, text);
  return text;
}

function told(change: Change): string {
  const { position, revision, recordedAt: at } = change;
  if (change.kind === 'order') {
    const { id, orderNumber, status, refundStatus } = change.order;
    return message('order', position, { id, orderNumber, revision, status, refundStatus, at });
  }
  const { sku, stock, available, listed } = change.product;
  return message('stock', position, { sku, revision, stock, available, listed, at });
}

function message(event: string, position: Position, data: object): string {
  return `event: ${event}\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(data)}\n\n`;
}
