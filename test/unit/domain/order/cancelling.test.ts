import { describe, it } from 'vitest';
import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { asExtensivOrderId } from '../../../../src/domain/shared/ids.js';
import { given } from '../../../support/given.js';
import {
  cancel,
  confirmExport,
  extensivOrderId,
  history,
  minute,
  observe,
  placeOrder,
  refund,
  toDelivered,
  toExported,
  toPaid,
  toShipped,
} from '../../../support/orders.js';

const attempt: OrderCommand = { type: 'AttemptExport', at: minute(3) };
const toFailedExport: OrderCommand[] = [
  ...toPaid,
  attempt,
  { type: 'FailExport', reason: 'bad request', at: minute(4) },
];
const expire: OrderCommand = { type: 'ExpireOrder', at: minute(30) };
const wmsConfirms: OrderCommand = {
  type: 'ConfirmWmsCancellation',
  extensivOrderId,
  at: minute(17),
};
const wmsRefuses: OrderCommand = {
  type: 'RefuseWmsCancellation',
  extensivOrderId,
  reason: 'it has shipped',
  at: minute(16),
};

describe('cancelling', () => {
  it('an unpaid order owes nothing', () => {
    given(orderDecider, history(placeOrder))
      .when(cancel('buyer'))
      .thenEvents([
        {
          type: 'OrderCancelled',
          data: { reason: 'changed plans', initiator: 'buyer', cancelledAt: minute(15) },
        },
      ]);
  });

  it('a paid order asks for its refund', () => {
    given(orderDecider, history(...toPaid))
      .when(cancel('buyer'))
      .thenEvents([
        { type: 'OrderCancelled', data: { reason: 'changed plans', initiator: 'buyer', cancelledAt: minute(15) } },
        {
          type: 'RefundRequested',
          data: {
            refundId: 'o1-1',
            amount: 10_000,
            currency: 'USD',
            reason: 'changed plans',
            requestedAt: minute(15),
          },
        },
      ]);
  });

  it('asks only for what is not refunded yet', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 3_000, 'succeeded', minute(5))))
      .when(cancel())
      .thenState({ refundStatus: 'requested', refundLedger: goalOf(7_000, 10_000) });
    given(orderDecider, history(...toPaid, refund('re_1', 10_000, 'succeeded', minute(5))))
      .when(cancel())
      .thenTypes(['OrderCancelled']);
  });

  it('has no effect twice, whoever asks', () => {
    const before = given(orderDecider, history(...toPaid, cancel('buyer')));
    before.when(cancel('operator', minute(16))).thenNothing();
    before.when(observe('cancelled')).thenNothing();
  });

  it('an expired order makes it cancelled, as the other way round', () => {
    given(orderDecider, history(placeOrder, expire)).when(cancel()).thenState({ status: 'cancelled' });
    given(orderDecider, history(placeOrder, cancel())).when(expire).thenNothing();
  });

  type Stage = readonly OrderCommand[];
  const stages: Record<string, Stage> = {
    awaiting_payment: [placeOrder],
    paid: toPaid,
    export_failed: toFailedExport,
    exported: toExported,
    packed: [...toExported, observe('packed')],
    shipped: toShipped,
    delivered: toDelivered,
  };
  it.each([
    ['buyer', 'awaiting_payment', null],
    ['buyer', 'paid', null],
    ['buyer', 'export_failed', null],
    ['buyer', 'exported', null],
    ['buyer', 'packed', null],
    ['buyer', 'shipped', 'already-shipped'],
    ['operator', 'export_failed', null],
    ['operator', 'exported', null],
    ['operator', 'packed', null],
    ['operator', 'shipped', 'already-shipped'],
    ['operator', 'delivered', 'already-shipped'],
    ['portal', 'awaiting_payment', null],
    ['wms', 'shipped', null],
    ['wms', 'delivered', 'already-shipped'],
  ] as const)('by the %s when %s: %s', (initiator, stage, refusal) => {
    const command = given(orderDecider, history(...(stages[stage] ?? []))).when(cancel(initiator));
    if (refusal) command.thenRejected(refusal);
    else command.thenState({ status: 'cancelled', cancelInitiator: initiator, cancelReason: 'changed plans' });
  });

  it('while an export is under way is still open to the buyer', () => {
    given(orderDecider, history(...toPaid, attempt))
      .when(cancel('buyer'))
      .thenState({ status: 'cancelled' });
  });

  function goalOf(amount: number, goal: number) {
    return {
      refunds: { re_1: { status: 'succeeded' as const, amount: 3_000, paymentIntentId: null, superseded: false } },
      highWater: {},
      requests: [
        { refundId: 'o1-1', amount, reason: 'changed plans', requestedAt: minute(15), goal, failed: false, met: false },
      ],
    };
  }
});

describe('cancelling in the warehouse', () => {
  it('is wanted when the warehouse has the order', () => {
    given(orderDecider, history(...toExported))
      .when(cancel())
      .thenState({ wmsCancellation: 'wanted' });
    given(orderDecider, history(...toPaid))
      .when(cancel())
      .thenState({ wmsCancellation: 'none' });
  });

  it('is wanted when a late answer shows that the warehouse got the order', () => {
    const command = given(orderDecider, history(...toPaid, attempt, cancel())).when(confirmExport);
    command.thenEvents([
      {
        type: 'OrderExported',
        data: { extensivOrderId, adopted: false, exportedAt: minute(4) },
      },
    ]);
    command.thenState({ status: 'cancelled', wmsCancellation: 'wanted', extensivOrderId });
  });

  it('is confirmed by the answer, or by seeing it cancelled there', () => {
    const before = given(orderDecider, history(...toExported, cancel()));
    before.when(wmsConfirms).thenEvents([
      {
        type: 'WmsCancellationConfirmed',
        data: { extensivOrderId, confirmedAt: minute(17) },
      },
    ]);
    before.when(observe('cancelled')).thenTypes(['WmsCancellationConfirmed']);
    given(orderDecider, history(...toExported, cancel(), wmsConfirms))
      .when(wmsConfirms)
      .thenNothing();
  });

  it('can be refused, and still be confirmed later', () => {
    given(orderDecider, history(...toExported, cancel()))
      .when(wmsRefuses)
      .thenEvents([
        {
          type: 'WmsCancellationRefused',
          data: { extensivOrderId, reason: 'it has shipped', refusedAt: minute(16) },
        },
      ]);
    given(orderDecider, history(...toExported, cancel(), wmsRefuses))
      .when(wmsRefuses)
      .thenNothing();
    given(orderDecider, history(...toExported, cancel(), wmsRefuses))
      .when(wmsConfirms)
      .thenState({ wmsCancellation: 'confirmed' });
    given(orderDecider, history(...toExported, cancel(), wmsConfirms))
      .when(wmsRefuses)
      .thenNothing();
  });

  it('is closed by an operator once the warehouse has answered, and opened by no later refusal', () => {
    const close: OrderCommand = { type: 'CloseWmsCancellation', reason: 'the parcel came back', at: minute(20) };
    given(orderDecider, history(...toExported, cancel()))
      .when(close)
      .thenRejected('illegal-transition');
    given(orderDecider, history(...toPaid, attempt, cancel()))
      .when(close)
      .thenRejected('illegal-transition');
    given(orderDecider, history(...toExported, cancel(), wmsRefuses))
      .when(close)
      .thenEvents([{ type: 'WmsCancellationClosed', data: { reason: 'the parcel came back', closedAt: minute(20) } }]);
    const closed = given(orderDecider, history(...toExported, cancel(), wmsRefuses, close));
    closed.when({ ...close, at: minute(21) }).thenNothing();
    closed.when(wmsRefuses).thenNothing();
    closed.when(wmsConfirms).thenState({ wmsCancellation: 'confirmed' });
  });

  it('needs nothing more when the warehouse cancelled by itself', () => {
    given(orderDecider, history(...toExported))
      .when(observe('cancelled'))
      .thenState({
        status: 'cancelled',
        cancelInitiator: 'wms',
        wmsCancellation: 'confirmed',
        refundStatus: 'requested',
      });
  });

  it('needs nothing more when its own cancellation was seen before the answer to the export', () => {
    given(orderDecider, history(...toPaid, attempt, observe('cancelled')))
      .when(confirmExport)
      .thenState({ status: 'cancelled', wmsCancellation: 'confirmed' });
  });

  it('concerns only cancelled orders, and this one', () => {
    given(orderDecider, history(...toExported))
      .when(wmsConfirms)
      .thenRejected('illegal-transition');
    given(orderDecider, history(...toExported, cancel()))
      .when({ ...wmsRefuses, extensivOrderId: asExtensivOrderId('EX-2') })
      .thenRejected('invalid-command');
    given(orderDecider, history(...toPaid, attempt, cancel()))
      .when(wmsRefuses)
      .thenState({ wmsCancellation: 'refused' });
  });
});
