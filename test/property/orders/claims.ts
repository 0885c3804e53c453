import { expect } from 'vitest';
import { reservationOf } from '../../../src/domain/inventory/reservations.js';
import type { NotificationKind } from '../../../src/domain/order/values.js';
import type { OrderId } from '../../../src/domain/shared/ids.js';
import { customerName, emailOf } from './people.js';
import { shelves } from './stages.js';
import { inSequence, owes, perform, type Step, settle } from './steps.js';
import type { World } from './world.js';

const anHourSeconds = 3_600;
const aWeekSeconds = 7 * 24 * anHourSeconds;

export async function endOf(world: World, id: OrderId) {
  const { status, paid, refundStatus, refundedTotal, netPayouts } = await world.order(id);
  return { status, paid, refundStatus, refundedTotal, netPayouts, held: world.provider.held(id) };
}

/** A script is lived through in safety, and ends in agreement. */
export async function expectLived(world: World, placed: OrderId[], script: readonly Step[]): Promise<void> {
  const { crashes } = world;
  let died = false;
  for (const step of script) {
    crashes.dieAt(step.diesAt ?? null);
    died = (await crashes.survive(() => perform(world, placed, step))) || died;
    // Also one whose placing died before it was answered.
    for (const id of await world.orderIds()) if (!placed.includes(id)) placed.push(id);
    await expectSafe(world, placed);
  }
  await settle(world, inSequence);
  if (died || owes(world)) {
    // Reservations for an order that was never placed lapse, and a time comes that the clock was put back from.
    world.wait(aWeekSeconds);
    await settle(world, inSequence);
  }
  await expectSafe(world, placed);
  expect(world.openEffects()).toEqual([]);
  for (const id of placed) await expectAgreement(world, id);
  for (const sku of Object.keys(shelves)) await expectStock(world, placed, sku);
  await expectReconciled(world);
}

/** What must hold at every moment. */
export async function expectSafe(world: World, placed: readonly OrderId[]): Promise<void> {
  const { wms, provider, mails } = world;
  for (const sku of Object.keys(wms.stock)) await expectNotPromisedTwice(world, placed, sku);
  const numbers = wms.orders.map(({ orderNumber }) => orderNumber);
  expect(new Set(numbers).size, 'an order is in the warehouse twice').toBe(numbers.length);
  const own = provider.refunds.flatMap(({ refundId }) => refundId ?? []);
  expect(new Set(own).size, 'a refund was made twice').toBe(own.length);
  for (const { orderId } of provider.intents) expect(provider.held(orderId)).toBeGreaterThanOrEqual(0);
  const ids = mails.map(({ messageId }) => messageId);
  expect(new Set(ids).size, 'a mail went out twice').toBe(ids.length);
  const recipients = [...wms.orders.map(({ recipient }) => recipient), ...world.deliveries.values()];
  expect(new Set([customerName, ...recipients]), 'goods go to nobody').toEqual(new Set([customerName]));
  const addresses = placed.map(emailOf);
  expect(
    mails.filter(({ to }) => !addresses.includes(to)),
    'a mail goes to nobody',
  ).toEqual([]);
}

/** What an order has taken off the shelves counts as promised until a snapshot shows it: no other is promised it. */
async function expectNotPromisedTwice(world: World, placed: readonly OrderId[], sku: string): Promise<void> {
  const onShelves = world.wms.stock[sku] ?? 0;
  expect(onShelves, `${sku} is oversold`).toBeGreaterThanOrEqual(0);
  const { quantity, reservations } = await world.stock(sku);
  let taken = 0;
  for (const id of placed) {
    const held = reservationOf(reservations, id)?.quantity ?? 0;
    if (held > 0 && world.wms.find((await world.order(id)).orderNumber)) taken += held;
  }
  expect(quantity - taken, `${sku} is promised twice`).toBeLessThanOrEqual(onShelves);
}

/** What must hold once everything has arrived and is done. */
export async function expectAgreement(world: World, id: OrderId): Promise<void> {
  const order = await world.order(id);
  const { provider, wms } = world;
  const held = provider.held(id);
  expect(order.paid).toBe(provider.intents.some(({ orderId, state }) => orderId === id && state === 'succeeded'));
  if (order.paid) expect(order.total - order.refundedTotal).toBe(held);
  const isToldOff = world.hasOwed(`alert:call-off:${id}`);
  if (order.status !== 'cancelled') expect(isToldOff).toBe(false);
  else if (world.deliveries.has(id)) expect(isToldOff, 'nobody is told to call the delivery off').toBe(true);
  expect(order.netPayouts.reduce((sum, { gross }) => sum + gross, 0)).toBe(held);
  for (const entry of order.netPayouts) expect(entry.brandShare + entry.platformShare).toBe(entry.gross);

  expect(['paid', 'awaiting_payment']).not.toContain(order.paid ? order.status : 'unpaid');
  expect(order.refundStatus, 'a refund is under way for ever').not.toBe('requested');
  const bounced = provider.refunds.some(({ intent, status }) => intent.orderId === id && status === 'failed');
  // What bounced is for an operator to decide; everything else has gone back.
  if (order.status === 'cancelled' && !bounced) expect(held).toBe(0);
  const there = wms.find(order.orderNumber);
  if (order.status === 'cancelled' && there && there.status !== 'cancelled') {
    expect(['refused', 'closed'], `the warehouse has it ${there.status}`).toContain(order.wmsCancellation);
  }
  if (order.erasedAt !== null) return;
  const sent = (kind: NotificationKind) => order.notificationsSent.includes(kind);
  expect(sent('cancelled')).toBe(order.status === 'cancelled');
  if (order.paid && order.status !== 'cancelled') expect(sent('order-confirmation')).toBe(true);
  if (order.status === 'delivered') expect(sent('delivered')).toBe(true);
  if (order.refundedTotal > 0) expect(order.mailed.refundedTotal).toBeGreaterThanOrEqual(order.refundedTotal);
}

/**
 * A comparison with the warehouse finds nothing but what takes its time there, what it has refused to cancel, and what an
 * operator has said of it.
 */
async function expectReconciled(world: World): Promise<void> {
  world.wait(anHourSeconds);
  const { findings } = await world.compare();
  const news = [];
  for (const found of findings.filter((found) => found.class !== 'stuck')) {
    const order = found.orderId === null ? null : await world.order(found.orderId);
    const isKnown =
      order?.wmsCancellation === 'refused' || (found.class === 'status' && world.corrected.has(order?.orderId ?? ''));
    if (!isKnown) news.push(found);
  }
  expect(news).toEqual([]);
}

/** The shelves and what has left them are what there was; what is reserved belongs to orders that wait. */
export async function expectStock(
  world: World,
  placed: readonly OrderId[],
  sku: keyof typeof shelves | string,
): Promise<void> {
  const { quantity, reserved } = await world.stock(sku);
  const taken = world.wms.orders
    .filter(({ status }) => status !== 'cancelled')
    .flatMap(({ lines }) => lines.filter((line) => line.sku === sku))
    .reduce((sum, line) => sum + line.quantity, 0);
  expect((world.wms.stock[sku] ?? 0) + taken).toBe(shelves[sku as keyof typeof shelves]);
  expect(quantity).toBe(world.wms.stock[sku]);
  let waiting = 0;
  for (const id of placed) {
    const { status, lineItems } = await world.order(id);
    if (!['awaiting_payment', 'paid', 'export_failed'].includes(status)) continue;
    waiting += lineItems.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.quantity, 0);
  }
  expect(reserved).toBe(waiting);
}
