import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { currentEvent } from '../../commands/event-reading.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import { eventTime } from '../../domain/order/event-time.js';
import type { OrderEvent } from '../../domain/order/events.js';
import type { Order } from '../../domain/order/state.js';
import type { BrandId } from '../../domain/shared/ids.js';
import { decimal, moment, money, percent } from '../../domain/shared/words.js';
import type { Dossier } from './collect.js';
import { type Chapter, tell } from './narrative.js';

/**
 * A dossier as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. Everything put in is
 * escaped.
 *
 * @param files what lies beside the page: name and SHA-256
 * @param signed whether the manifest beside it is
 */
export function dossierPage(
  dossier: Dossier,
  files: readonly { name: string; sha256: string }[],
  signed: boolean,
): string {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  return environment.render('page.njk', { ...pageModel(dossier), files, signed });
}

/** Everything the page shows, as text. */
function pageModel({ order, events, stock, checks, collectedAt, collectedBy }: Dossier) {
  const timeline = events.map(entryOf);
  const of = (...chapters: Chapter[]) =>
    timeline.filter(({ chapter }) => chapter !== null && chapters.includes(chapter));
  return {
    orderNumber: order.orderNumber,
    orderId: order.orderId,
    status: order.status,
    refundStatus: order.refundStatus,
    collectedAt: moment(collectedAt),
    collectedBy,
    checks,
    sound: checks.every(({ ok }) => ok),
    revision: events.length - 1,
    lastHash: events.at(-1)?.metadata.hash ?? '',
    particulars: factsOf(order),
    money: moneyOf(order),
    lines: linesOf(order),
    total: money(order.total, order.currency),
    timeline,
    payments: of('payment'),
    payouts: payoutsOf(order),
    refunds: of('refunds'),
    warehouse: { facts: warehouseFacts(order, events), rows: of('warehouse') },
    stock: stock.map(({ sku, event, what }) => ({ ...placeOf(event), sku, what })),
    contacts: of('mail', 'delivery'),
  };
}

function factsOf(order: Order): [label: string, value: string][] {
  const { customer, shippingAddress: to } = order;
  return [
    ['Customer', [customer.name, customer.companyName].filter(Boolean).join(', ')],
    ['Contact', [customer.email, customer.phone].filter(Boolean).join(', ')],
    ['Ship to', [to.street1, to.street2, to.city, `${to.state} ${to.zip}`, to.country].filter(Boolean).join(', ')],
    ['Delivery', [order.deliveryMethod, order.deliveryZone && `zone ${order.deliveryZone}`].filter(Boolean).join(', ')],
    ['Placed', moment(order.placedAt)],
    ['Paid', order.paidAt ? moment(order.paidAt) : 'not paid'],
    ...cancellationOf(order),
  ];
}

function cancellationOf({ cancelledAt, cancelInitiator, cancelReason }: Order): [label: string, value: string][] {
  return cancelledAt ? [['Cancelled', `${moment(cancelledAt)} by ${cancelInitiator}: ${cancelReason}`]] : [];
}

function moneyOf(order: Order): [label: string, value: string][] {
  const { total, refundedTotal, currency, paid } = order;
  return [
    ['Order total', money(total, currency)],
    ['Received', money(paid ? total : 0, currency)],
    ['Refunded', money(refundedTotal, currency)],
    ['Kept', money(paid ? total - refundedTotal : 0, currency)],
  ];
}

function linesOf({ lineItems, currency }: Order) {
  return lineItems.map((line) => ({
    ...line,
    lot: line.batchNumber ?? '–',
    coa: line.coaLink ?? '',
    // Anything else than a web address is shown and not linked.
    linked: /^https?:\/\//i.test(line.coaLink ?? ''),
    unitPrice: decimal(line.unitPrice, currency),
    lineTotal: decimal(line.lineTotal, currency),
  }));
}

function payoutsOf({ payouts, netPayouts, currency }: Order) {
  if (!payouts) return null;
  const amount = (minor: number) => decimal(minor, currency);
  const net = (brandId: BrandId) => netPayouts.find((entry) => entry.brandId === brandId);
  const sum = (of: readonly { brandShare: number; platformShare: number }[], part: 'brandShare' | 'platformShare') =>
    amount(of.reduce((total, entry) => total + entry[part], 0));
  return {
    rule: `rule ${payouts.rule.version}: ${percent(payouts.rule.brandShareBps)} to brands`,
    currency,
    rows: payouts.entries.map((entry) => ({
      brand: entry.brand,
      rate: percent(entry.brandShareBps),
      gross: amount(entry.gross),
      brandShare: amount(entry.brandShare),
      platformShare: amount(entry.platformShare),
      netBrand: amount(net(entry.brandId)?.brandShare ?? 0),
      netPlatform: amount(net(entry.brandId)?.platformShare ?? 0),
    })),
    gross: amount(payouts.brandTotal + payouts.platformTotal),
    brandTotal: amount(payouts.brandTotal),
    platformTotal: amount(payouts.platformTotal),
    netBrandTotal: sum(netPayouts, 'brandShare'),
    netPlatformTotal: sum(netPayouts, 'platformShare'),
  };
}

function warehouseFacts(order: Order, events: readonly RecordedEvent[]): [label: string, value: string][] {
  const exported = events
    .map((event) => currentEvent(event) as OrderEvent)
    .find(({ type }) => type === 'OrderExported');
  const adopted = exported?.type === 'OrderExported' && exported.data.adopted;
  return [
    ['Warehouse id', order.extensivOrderId ?? 'none'],
    ['Attempts', String(order.exportAttempts)],
    ['Came about', exported ? (adopted ? 'adopted, found by its number' : 'created by an attempt') : 'not there'],
    ['Parcel', [order.carrier, order.trackingNumber].filter(Boolean).join(' ') || 'none'],
    ['Cancelled there', order.wmsCancellation],
  ];
}

function entryOf(event: RecordedEvent) {
  const current = currentEvent(event) as OrderEvent;
  const telling = tell(current);
  const { actor, $causationId, $correlationId, hash } = event.metadata;
  const happened = telling ? moment(eventTime(current)) : '';
  const { at } = placeOf(event);
  return {
    ...placeOf(event),
    chapter: telling?.chapter ?? null,
    title: telling?.title ?? event.type,
    sentence: telling?.sentence ?? 'not known to this version; see the events file',
    happened: happened === at ? '' : happened,
    actor,
    cause: $causationId,
    correlation: $correlationId === $causationId ? '' : $correlationId,
    hash,
  };
}

function placeOf({ revision, metadata }: RecordedEvent): { revision: string; at: string } {
  return { revision: revision.toString(), at: moment(metadata.recordedAt) };
}
