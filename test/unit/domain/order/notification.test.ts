import { describe, it } from 'vitest';
import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { given } from '../../../support/given.js';
import { history, minute, toPaid } from '../../../support/orders.js';

const sent: OrderCommand = {
  type: 'RecordNotification',
  kind: 'order-confirmation',
  messageId: '<o1.order-confirmation@portal>',
  at: minute(5),
};
const notSent: OrderCommand = {
  type: 'RecordNotificationFailure',
  kind: 'order-confirmation',
  reason: 'mailbox full',
  at: minute(5),
};
const scheduled: OrderCommand = { type: 'RecordDelivery', reference: 'DEL-1', at: minute(6) };
const notScheduled: OrderCommand = { type: 'RecordDeliveryFailure', reason: 'no driver', at: minute(6) };

describe('a notification', () => {
  it('is recorded once per kind', () => {
    given(orderDecider, history(...toPaid))
      .when(sent)
      .thenEvents([
        {
          type: 'NotificationSent',
          data: { kind: 'order-confirmation', messageId: '<o1.order-confirmation@portal>', sentAt: minute(5) },
        },
      ]);
    const before = given(orderDecider, history(...toPaid, sent));
    before.when({ ...sent, messageId: '<other@portal>', at: minute(6) }).thenNothing();
    before.when({ ...sent, kind: 'shipped' }).thenState({ notificationsSent: ['order-confirmation', 'shipped'] });
  });

  it('can fail, each failure recorded once, and can still be sent', () => {
    given(orderDecider, history(...toPaid))
      .when(notSent)
      .thenEvents([
        {
          type: 'NotificationFailed',
          data: { kind: 'order-confirmation', reason: 'mailbox full', failedAt: minute(5) },
        },
      ]);
    const before = given(orderDecider, history(...toPaid, notSent));
    before.when(notSent).thenNothing();
    before.when({ ...notSent, at: minute(6) }).thenTypes(['NotificationFailed']);
    before.when(sent).thenTypes(['NotificationSent']);
  });

  it('cannot fail any more once it is sent', () => {
    given(orderDecider, history(...toPaid, sent))
      .when(notSent)
      .thenNothing();
  });
});

describe('a delivery', () => {
  it('is recorded with its reference', () => {
    given(orderDecider, history(...toPaid))
      .when(scheduled)
      .thenEvents([{ type: 'DeliveryScheduled', data: { reference: 'DEL-1', scheduledAt: minute(6) } }]);
    const before = given(orderDecider, history(...toPaid, scheduled));
    before.when({ ...scheduled, at: minute(7) }).thenNothing();
    before.when({ ...scheduled, reference: 'DEL-2' }).thenState({ deliveryReference: 'DEL-2' });
  });

  it('can fail until it is scheduled', () => {
    given(orderDecider, history(...toPaid))
      .when(notScheduled)
      .thenEvents([{ type: 'DeliverySchedulingFailed', data: { reason: 'no driver', failedAt: minute(6) } }]);
    given(orderDecider, history(...toPaid, notScheduled))
      .when(notScheduled)
      .thenNothing();
    given(orderDecider, history(...toPaid, notScheduled))
      .when({ ...notScheduled, at: minute(7) })
      .thenTypes(['DeliverySchedulingFailed']);
    given(orderDecider, history(...toPaid, scheduled))
      .when(notScheduled)
      .thenNothing();
  });
});
