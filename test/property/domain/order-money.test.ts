import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderDecider } from '../../../src/domain/order/decider.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import { allocatePayouts, reversePayouts } from '../../../src/domain/order/payouts.js';
import type { Order } from '../../../src/domain/order/state.js';
import type { LineItem } from '../../../src/domain/order/values.js';
import { acceptedSteps } from '../../support/fold.js';
import { line, orderAfter } from '../../support/orders.js';
import { randomRuns } from '../../support/runs.js';
import { orderLife } from './order-commands.js';

const brandIds = ['a', 'b', 'c', 'd', 'e'];
const lines = fc.array(
  fc
    .record({
      brandId: fc.constantFrom(...brandIds),
      quantity: fc.integer({ min: 1, max: 500 }),
      unitPrice: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 10_000_000_00 })),
    })
    .map(({ brandId, quantity, unitPrice }) => line(`${brandId}-sku`, brandId, quantity, unitPrice)),
  { minLength: 1, maxLength: 12 },
);
const share = fc.integer({ min: 0, max: 10_000 });
const overrides = fc.dictionary(fc.constantFrom(...brandIds), share);

describe('payouts', () => {
  it('add up to the amount paid, to the cent, for every order, rule and override', () => {
    fc.assert(
      fc.property(lines, share, overrides, (lineItems, brandShareBps, shares) => {
        const payouts = allocatePayouts(lineItems, { version: 1, brandShareBps }, shares);
        expect(payouts.brandTotal + payouts.platformTotal).toBe(totalOf(lineItems));
        expect(sum(payouts.entries.map((entry) => entry.brandShare))).toBe(payouts.brandTotal);
        expect(sum(payouts.entries.map((entry) => entry.platformShare))).toBe(payouts.platformTotal);
        for (const entry of payouts.entries) {
          const exact = (entry.gross * entry.brandShareBps) / 10_000;
          expect(entry.gross).toBe(grossOf(lineItems, entry.brandId));
          expect(entry.brandShare + entry.platformShare).toBe(entry.gross);
          expect(Math.min(entry.brandShare, entry.platformShare)).toBeGreaterThanOrEqual(0);
          expect(Math.abs(entry.brandShare - exact)).toBeLessThan(1);
        }
      }),
      { numRuns: randomRuns(700) },
    );
  });

  it('are taken back in proportion, and entirely by a full refund, along any path of partial refunds', () => {
    fc.assert(
      fc.property(
        lines,
        share,
        overrides,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
        (lineItems, brandShareBps, shares, fractions) => {
          const payouts = allocatePayouts(lineItems, { version: 1, brandShareBps }, shares);
          const total = totalOf(lineItems);
          const path = [0, ...fractions.map((fraction) => Math.floor(fraction * total)), total];
          let net = payouts.entries.map(({ brandShare, platformShare }) => ({ brandShare, platformShare }));
          let left = total;
          for (const [index, to] of path.slice(1).entries()) {
            const from = path[index] ?? 0;
            const reversal = reversePayouts(payouts, from, to);
            expect(reversal.brandTotal + reversal.platformTotal).toBe(from - to);
            left += reversal.brandTotal + reversal.platformTotal;
            net = net.map((entry, brand) => ({
              brandShare: entry.brandShare + (reversal.entries[brand]?.brandShare ?? 0),
              platformShare: entry.platformShare + (reversal.entries[brand]?.platformShare ?? 0),
            }));
            expect(left).toBe(total - to);
            for (const [brand, entry] of net.entries()) {
              const kept = total === 0 ? 0 : 1 - to / total;
              expect(entry.brandShare).toBeGreaterThanOrEqual(0);
              expect(entry.platformShare).toBeGreaterThanOrEqual(0);
              const exact = (payouts.entries[brand]?.brandShare ?? 0) * kept;
              expect(Math.abs(entry.brandShare - exact)).toBeLessThan(1.01);
            }
          }
          expect(net.every((entry) => entry.brandShare === 0 && entry.platformShare === 0)).toBe(true);
        },
      ),
      { numRuns: randomRuns(700) },
    );
  });
});

describe('the money of an order', () => {
  it('adds up after everything that can happen to it', () => {
    fc.assert(
      fc.property(orderLife, (commands) => {
        const order = orderAfter(commands);
        expect(order.refundedTotal).toBeGreaterThanOrEqual(0);
        expect(order.refundedTotal).toBeLessThanOrEqual(order.total);
        const net = sum(order.netPayouts.map(({ gross }) => gross));
        expect(net).toBe(order.paid ? order.total - order.refundedTotal : 0);
        for (const entry of order.netPayouts) expect(entry.brandShare + entry.platformShare).toBe(entry.gross);
      }),
      { numRuns: randomRuns(700) },
    );
  });

  it('never has two refund requests under way, nor asks for more than is left', () => {
    fc.assert(
      fc.property(orderLife, (commands) => {
        for (const { events, after } of acceptedSteps(orderDecider, commands)) {
          const requests = events.filter((event) => event.type === 'RefundRequested');
          if (requests.length === 0) continue;
          expect(requests).toHaveLength(1);
          expect(amountOf(requests)).toBeLessThanOrEqual((after?.total ?? 0) - (after?.refundedTotal ?? 0));
          const { refunds, requests: known } = (after as Order).refundLedger;
          const earlier = known.at(-1 - requests.length);
          // Its own refund ends a request, even one that Stripe made for less; so do others that reach its goal, even for a
          // time.
          const made = Object.values(refunds).some(
            ({ status, refundId }) => status === 'succeeded' && refundId?.startsWith(earlier?.refundId ?? ''),
          );
          const ended = earlier === undefined || earlier.failed || earlier.met || made;
          expect(ended).toBe(true);
        }
      }),
      { numRuns: randomRuns(700) },
    );
  });
});

function amountOf(requests: readonly OrderEvent[]): number {
  return sum(requests.map((event) => (event.type === 'RefundRequested' ? event.data.amount : 0)));
}

function totalOf(lineItems: readonly LineItem[]): number {
  return sum(lineItems.map(({ lineTotal }) => lineTotal));
}

function grossOf(lineItems: readonly LineItem[], brandId: string): number {
  return totalOf(lineItems.filter((item) => item.brandId === brandId));
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
