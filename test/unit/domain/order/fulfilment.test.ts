import { describe, it } from 'vitest';
import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { given } from '../../../support/given.js';
import {
  cancel,
  history,
  minute,
  observe,
  placeOrder,
  toDelivered,
  toExported,
  toPaid,
  toShipped,
} from '../../../support/orders.js';

describe('a status seen in the warehouse', () => {
  it('is taken over', () => {
    given(orderDecider, history(...toExported))
      .when(observe('picking'))
      .thenEvents([
        {
          type: 'StatusChanged',
          data: {
            from: 'exported',
            to: 'picking',
            source: 'wms',
            reason: null,
            trackingNumber: null,
            carrier: null,
            changedAt: minute(10),
          },
        },
      ]);
  });

  it('skips stages in one step', () => {
    const command = given(orderDecider, history(...toExported)).when(observe('shipped', minute(10), '1Z999'));
    command.thenTypes(['StatusChanged']);
    command.thenState({ status: 'shipped', trackingNumber: '1Z999', carrier: 'UPS' });
  });

  it('counts before the export is confirmed', () => {
    given(orderDecider, history(...toPaid))
      .when(observe('picking'))
      .thenState({ status: 'picking' });
  });

  it('says nothing new when repeated, and `received` never does', () => {
    given(orderDecider, history(...toShipped))
      .when(observe('shipped', minute(12)))
      .thenNothing();
    given(orderDecider, history(...toExported))
      .when(observe('received'))
      .thenNothing();
    given(orderDecider, history(...toPaid))
      .when(observe('received'))
      .thenNothing();
  });

  it('brings a tracking number that comes later or changes, and never erases one', () => {
    const untracked = [...toExported, observe('shipped')];
    const command = given(orderDecider, history(...untracked)).when(observe('shipped', minute(12), '1Z999'));
    command.thenEvents([
      {
        type: 'StatusChanged',
        data: {
          from: 'shipped',
          to: 'shipped',
          source: 'wms',
          reason: null,
          trackingNumber: '1Z999',
          carrier: 'UPS',
          changedAt: minute(12),
        },
      },
    ]);
    given(orderDecider, history(...toShipped))
      .when(observe('shipped', minute(12), '1Z111'))
      .thenState({ status: 'shipped', trackingNumber: '1Z111' });
    given(orderDecider, history(...toShipped))
      .when({ ...observe('shipped', minute(12), '1Z999'), carrier: 'FedEx' } as OrderCommand)
      .thenState({ trackingNumber: '1Z999', carrier: 'FedEx' });
    given(orderDecider, history(...toShipped))
      .when(observe('delivered', minute(12)))
      .thenState({ status: 'delivered', trackingNumber: '1Z999', carrier: 'UPS' });
  });

  it('is never applied backwards, and reported once per value', () => {
    const before = given(orderDecider, history(...toShipped));
    before.when(observe('packed', minute(12))).thenEvents([
      {
        type: 'StatusConflicted',
        data: { kind: 'regression', current: 'shipped', observed: 'packed', observedAt: minute(12) },
      },
    ]);
    before.when(observe('packed')).thenState({ status: 'shipped' });
    const told = given(orderDecider, history(...toShipped, observe('packed')));
    told.when(observe('packed', minute(13))).thenNothing();
    told.when(observe('received', minute(13))).thenTypes(['StatusConflicted']);
  });

  it('contradicts nothing when the order has got further since the warehouse was asked', () => {
    const order = given(orderDecider, history(...toShipped));
    for (const status of ['packed', 'teleported']) {
      order.when({ ...observe(status), known: 'picking' } as OrderCommand).thenNothing();
      order.when({ ...observe(status), known: 'shipped' } as OrderCommand).thenTypes(['StatusConflicted']);
    }
    order.when({ ...observe('delivered'), known: 'picking' } as OrderCommand).thenState({ status: 'delivered' });
    order.when({ type: 'ObserveMissingInWms', known: 'picking', at: minute(12) }).thenNothing();
    given(orderDecider, history(...toDelivered))
      .when({ ...observe('cancelled'), known: 'shipped' } as OrderCommand)
      .thenTypes(['StatusConflicted']);
  });

  it('is reported once and changes nothing when the portal does not know it', () => {
    const command = given(orderDecider, history(...toExported)).when(observe('teleported'));
    command.thenEvents([
      {
        type: 'StatusConflicted',
        data: { kind: 'unknown-status', current: 'exported', observed: 'teleported', observedAt: minute(10) },
      },
    ]);
    command.thenState({ status: 'exported' });
    given(orderDecider, history(...toExported, observe('teleported')))
      .when(observe('teleported', minute(12)))
      .thenNothing();
  });

  it('cancels the order when it is `cancelled`, and refunds it', () => {
    given(orderDecider, history(...toShipped))
      .when(observe('cancelled', minute(12)))
      .thenTypes(['OrderCancelled', 'RefundRequested']);
    given(orderDecider, history(...toDelivered))
      .when(observe('cancelled', minute(12)))
      .thenTypes(['StatusConflicted']);
  });

  it('is refused for an unpaid order', () => {
    given(orderDecider, history(placeOrder)).when(observe('picking')).thenRejected('not-paid');
  });

  it('contradicts a cancelled order once the warehouse has answered, or has shipped', () => {
    const waiting = given(orderDecider, history(...toExported, cancel()));
    waiting.when(observe('received', minute(16))).thenNothing();
    waiting.when(observe('picking', minute(16))).thenNothing();
    waiting.when(observe('shipped', minute(16))).thenTypes(['StatusConflicted']);
    given(orderDecider, history(...toExported, observe('cancelled')))
      .when(observe('picking', minute(16)))
      .thenState({ status: 'cancelled', statusConflicts: ['regression:picking'] });
  });
});

describe('an order missing in the warehouse', () => {
  const missing: OrderCommand = { type: 'ObserveMissingInWms', at: minute(12) };

  it('is reported once', () => {
    given(orderDecider, history(...toExported))
      .when(missing)
      .thenEvents([
        {
          type: 'StatusConflicted',
          data: { kind: 'missing-in-wms', current: 'exported', observed: 'missing', observedAt: minute(12) },
        },
      ]);
    given(orderDecider, history(...toExported, missing))
      .when({ ...missing, at: minute(13) })
      .thenNothing();
  });

  it('is no news before the export and after the delivery', () => {
    given(orderDecider, history(...toPaid))
      .when(missing)
      .thenNothing();
    given(orderDecider, history(...toDelivered))
      .when(missing)
      .thenNothing();
    given(orderDecider, history(...toExported, cancel()))
      .when(missing)
      .thenNothing();
  });
});

describe('an operator who sets the status', () => {
  const set = (status: string, trackingNumber: string | null = null): OrderCommand => ({
    type: 'SetStatus',
    status,
    reason: 'called the warehouse',
    trackingNumber,
    carrier: null,
    at: minute(12),
  });

  it('moves the order forwards', () => {
    given(orderDecider, history(...toExported))
      .when(set('shipped', '1Z999'))
      .thenEvents([
        {
          type: 'StatusChanged',
          data: {
            from: 'exported',
            to: 'shipped',
            source: 'operator',
            reason: 'called the warehouse',
            trackingNumber: '1Z999',
            carrier: null,
            changedAt: minute(12),
          },
        },
      ]);
    given(orderDecider, history(...toExported, set('shipped', '1Z999')))
      .when(set('shipped', '1Z999'))
      .thenNothing();
  });

  it('cancels the order until it has shipped', () => {
    given(orderDecider, history(...toExported))
      .when(set('cancelled'))
      .thenState({
        status: 'cancelled',
        cancelInitiator: 'operator',
        cancelReason: 'called the warehouse',
      });
    given(orderDecider, history(...toShipped))
      .when(set('cancelled'))
      .thenRejected('illegal-transition', { from: 'shipped', to: 'cancelled' });
  });

  it.each([
    ['backwards', toShipped, 'packed'],
    ['before the warehouse has the order', toPaid, 'picking'],
    ['to a status that only payment gives', [placeOrder], 'paid'],
    ['to a status that only the export gives', toPaid, 'exported'],
    ['out of a cancellation', [...toPaid, cancel()], 'shipped'],
    ['to a status that does not exist', toExported, 'teleported'],
  ] as [string, OrderCommand[], string][])('is refused %s', (_what, commands, status) => {
    given(orderDecider, history(...commands))
      .when(set(status))
      .thenRejected('illegal-transition', { to: status });
  });
});
