import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../src/adapters/extensiv/call-failure.js';
import { toOrder, toOrderStatus } from '../../../src/adapters/extensiv/order.js';
import { interpretWebhook } from '../../../src/adapters/stripe/messages.js';
import { UnusableWebhookError } from '../../../src/adapters/stripe/unusable-webhook-error.js';
import { tell } from '../../../src/audit/dossier/narrative.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { orderDecider } from '../../../src/domain/order/decider.js';
import { type OrderEvent, orderEventSchemas } from '../../../src/domain/order/events.js';
import { asExtensivOrderId } from '../../../src/domain/shared/ids.js';
import { reactionsTo } from '../../../src/processes/effects/reactions.js';
import { messageCommand } from '../../../src/processes/handlers/message-command.js';
import { ordersProjection } from '../../../src/projections/models/orders.js';
import { acceptedSteps } from '../../support/fold.js';
import { cancel, exampleId, minute, placeOrder, rule, toDelivered, toExported, toPaid } from '../../support/orders.js';
import { recordedStream } from '../../support/recorded-stream.js';
import { randomRuns, randomTimeoutMs } from '../../support/runs.js';

/** Whatever neighbours send is either refused at the door or can be recorded, stored, acted upon and told. */
describe('what comes from outside parks no order', { timeout: randomTimeoutMs }, () => {
  const history = fc.constantFrom<readonly OrderCommand[]>([placeOrder], toPaid, toExported, toDelivered, [
    ...toPaid,
    cancel(),
  ]);

  it('from the payment provider', () => {
    expectNoneParked(history, webhook, fromWebhook);
  });

  it('from the warehouse', () => {
    expectNoneParked(history, warehouseOrder, fromWarehouse);
  });
});

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 4 });
const mostly = <Value>(usual: readonly Value[], odd: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: fc.constantFrom(...usual), weight: 5 }, { arbitrary: odd, weight: 1 });

/** As the inbox keeps it: without what PostgreSQL cannot store. */
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '\u202e', ' ', 'x'.repeat(9_000)));
const amount = mostly(
  [10_000, 3_000, 9_999, 0],
  fc.oneof(fc.nat(), fc.constantFrom(-1, 0.5, 2 ** 53 - 1, 2 ** 53, 1e300)),
);
const fact = fc.oneof(text, amount, fc.constantFrom(null, true, undefined));
const reference = mostly(['pi_1', 'pi_2', null, { id: 'pi_1' }], text);
const error = fc.record({ message: fact, code: fact, decline_code: fact }, { requiredKeys: [] });

const webhook = fc.record({
  id: fc.constant('evt_1'),
  type: fc.constantFrom(
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.canceled',
    'charge.refunded',
    'refund.created',
    'refund.updated',
    'refund.failed',
    'charge.dispute.created',
  ),
  data: fc.record({
    object: fc.record({
      id: mostly(['pi_1', 'pi_2', 're_1', 're_2'], text),
      amount,
      amount_received: optional(amount),
      amount_refunded: amount,
      currency: optional(mostly(['usd', 'usd', 'jpy', 'sek', 'kwd'], fc.oneof(text, fc.constantFrom('usdc', 'ısd')))),
      status: optional(mostly(['succeeded', 'failed', 'pending', 'canceled'], text)),
      payment_intent: reference,
      reason: optional(text),
      failure_reason: optional(text),
      last_payment_error: optional(error),
      metadata: optional(fc.record({ refund_id: mostly(['o1-1', 'o1-2'], text) }, { requiredKeys: [] })),
    }),
  }),
});

function fromWebhook(payload: unknown): OrderCommand | null {
  const message = unlessRefused(UnusableWebhookError, () => interpretWebhook(payload, minute(30)));
  if (message?.kind !== 'payment-succeeded') return message && messageCommand(message, placeOrder.currency);
  const { paymentIntentId, at, amount: paid, currency } = message;
  const payment = { paymentIntentId, at, amount: paid, currency: currency ?? placeOrder.currency };
  return { type: 'RecordPayment', ...payment, rule, brandShareOverrides: {}, stockHeld: true };
}

const anything = fc.oneof(fact, fc.constantFrom('\0', 'a\0b', '\ud800', 'x\udc00'));
const warehouseOrder = fc.record({
  id: mostly(['EX-1'], anything),
  order_number: mostly(['VL-1'], anything),
  status: mostly(['received', 'picking', 'packed', 'shipped', 'delivered', 'cancelled', 'PACKED '], anything),
  tracking_number: anything,
  carrier: anything,
  updated_at: anything,
  alone: fc.boolean(),
});

function fromWarehouse(raw: { alone?: boolean }): OrderCommand | null {
  const seen = unlessRefused(CallFailure, () =>
    raw.alone ? toOrderStatus(raw, asExtensivOrderId('EX-1')) : toOrder(raw),
  );
  if (!seen) return null;
  const { status, trackingNumber, carrier } = seen;
  return { type: 'ObserveWmsStatus', status, trackingNumber, carrier, at: minute(30) };
}

function unlessRefused<Result>(Refusal: new (...args: never[]) => Error, read: () => Result): Result | null {
  try {
    return read();
  } catch (refusal) {
    if (refusal instanceof Refusal) return null;
    throw refusal;
  }
}

function expectNoneParked<Sent>(
  history: fc.Arbitrary<readonly OrderCommand[]>,
  sent: fc.Arbitrary<Sent>,
  commandOf: (received: Sent) => OrderCommand | null,
): void {
  let recordedOnes = 0;
  fc.assert(
    fc.property(history, fc.array(sent, { minLength: 1, maxLength: 5 }), (before, messages) => {
      const received = messages.map((message) => commandOf(JSON.parse(JSON.stringify(message))));
      const commands = received.filter((command) => command !== null);
      const events = [...acceptedSteps(orderDecider, [...before, ...commands])].flatMap((step) => step.events);
      expectUsable(events);
      recordedOnes += events.length;
    }),
    { numRuns: randomRuns(600) },
  );
  expect(recordedOnes).toBeGreaterThan(0);
}

const validators = new Map(Object.entries(orderEventSchemas).map(([type, schema]) => [type, Compile(schema)]));

function expectUsable(events: readonly OrderEvent[]): void {
  const recorded = recordedStream(`order-${exampleId(1)}`, events);
  const { evolve, toColumns } = ordersProjection.fold;
  let row: Parameters<typeof evolve>[0] = null;
  for (const [index, event] of events.entries()) {
    const [one] = recorded.slice(index);
    if (!one) throw new Error('each event is recorded');
    expect(validators.get(event.type)?.Errors(JSON.parse(JSON.stringify(event.data))), event.type).toEqual([]);
    expectStorable(reactionsTo(one));
    tell(event);
    row = evolve(row, event, one);
    expectStorable(row && { row, columns: toColumns(row) });
  }
}

/** PostgreSQL takes JSON without NUL and halves of surrogate pairs, which are escaped in it. */
function expectStorable(value: unknown): void {
  expect(JSON.stringify(value)).not.toMatch(/\\u0000|\\ud[89a-f]/);
}
