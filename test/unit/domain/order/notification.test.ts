import { describe, expect, it } from 'vitest';
import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { isDue } from '../../../../src/domain/order/notification.js';
import { given } from '../../../support/given.js';
import { history, minute, observe, orderAfter, refund, toExported, toPaid } from '../../../support/orders.js';

const sent: Extract<OrderCommand, { type: 'RecordNotification' }> = {
  type: 'RecordNotification',
  kind: 'order-confirmation',
  messageId: '<o1.order-confirmation@portal>',
  said: { trackingNumber: null, refundedTotal: 0 },
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

  it('of a parcel is due again when its number comes later, or is another one, until it has arrived', () => {
    const shipped = { ...sent, kind: 'shipped' } as const;
    const named = (trackingNumber: string) => ({ ...shipped, said: { ...shipped.said, trackingNumber } });
    const due = (...commands: OrderCommand[]) => isDue('shipped', orderAfter([...toExported, ...commands]));
    const left = observe('shipped', minute(10));
    const number = observe('shipped', minute(12), '1Z1');
    expect(due(left)).toBe(true);
    expect(due(left, shipped)).toBe(false);
    expect(due(left, shipped, number)).toBe(true);
    const late = { ...named('1Z1'), kind: 'order-confirmation' } as const;
    expect(due(left, shipped, number, late), 'another mail does not tell of the number').toBe(true);
    expect(due(left, shipped, number, named('1Z1'))).toBe(false);
    expect(due(left, number, named('1Z1'), observe('shipped', minute(14), '1Z2'))).toBe(true);
    expect(due(left, shipped, number, observe('delivered', minute(15)))).toBe(false);
    const other = observe('shipped', minute(14), '1Z2');
    const again = observe('shipped', minute(16), '1Z1');
    expect(due(left, number, named('1Z1'), other, named('1Z2'), again)).toBe(false);
  });

  it('of anything else is due once, whatever becomes known', () => {
    const delivered = { ...sent, kind: 'delivered' } as const;
    const arrived = [...toExported, observe('delivered', minute(10)), delivered];
    expect(isDue('delivered', orderAfter([...arrived, observe('delivered', minute(12), '1Z1')]))).toBe(false);
  });

  it('of a refund is due again when more has gone back, and not when some of it bounced', () => {
    const told = (refundedTotal: number) =>
      ({ ...sent, kind: 'refunded', said: { ...sent.said, refundedTotal } }) as const;
    const due = (...commands: OrderCommand[]) => isDue('refunded', orderAfter([...toPaid, ...commands]));
    expect(due(refund('re_1', 300), told(300))).toBe(false);
    expect(due(refund('re_1', 300), told(300), refund('re_2', 200))).toBe(true);
    expect(due(refund('re_1', 300), refund('re_2', 200), told(500), refund('re_2', 200, 'failed'))).toBe(false);
  });

  it('that went out while there came more to say is due still', () => {
    const told = { ...sent, kind: 'refunded', said: { ...sent.said, refundedTotal: 300 } } as const;
    const twice = [...toPaid, refund('re_1', 300), refund('re_2', 200)];
    given(orderDecider, history(...twice))
      .when(told)
      .thenNothing();
    given(orderDecider, history(...twice))
      .when({ ...told, said: { ...told.said, refundedTotal: 500 } })
      .thenTypes(['NotificationSent']);
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
