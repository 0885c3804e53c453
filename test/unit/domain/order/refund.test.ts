import { describe, expect, it } from 'vitest';
import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { amountFor, hasUnnamedRefunds, isKnown, isStanding } from '../../../../src/domain/order/refund-figures.js';
import type { BrandId } from '../../../../src/domain/shared/ids.js';
import { given } from '../../../support/given.js';
import {
  cancel,
  greenLeaf,
  history,
  minute,
  orderAfter,
  pay,
  placeOrder,
  refund,
  toPaid,
  vitalHemp,
} from '../../../support/orders.js';

const charge = (amountRefunded: number, at = minute(21)): Extract<OrderCommand, { type: 'RecordChargeRefunded' }> => ({
  type: 'RecordChargeRefunded',
  amountRefunded,
  currency: 'USD',
  at,
});
const ask = (amount?: number, at = minute(18)): OrderCommand => ({
  type: 'RequestRefund',
  ...(amount === undefined ? {} : { amount }),
  reason: 'damaged',
  at,
});
/** A signed change of one brand's payout. */
const change = (brandId: BrandId, brandShare: number, platformShare: number) => ({
  brandId,
  brand: brandId.toUpperCase(),
  gross: brandShare + platformShare,
  brandShare,
  platformShare,
});

describe('a refund that succeeded', () => {
  it('takes the payouts back in proportion', () => {
    const command = given(orderDecider, history(...toPaid)).when(refund('re_1', 4_000));
    command.thenEvents([
      {
        type: 'RefundSucceeded',
        data: { stripeRefundId: 're_1', amount: 4_000, currency: 'USD', succeededAt: minute(20) },
      },
      {
        type: 'PayoutsReversed',
        data: {
          refundedTotal: 4_000,
          currency: 'USD',
          entries: [change(vitalHemp, -2_100, -900), change(greenLeaf, -700, -300)],
          brandTotal: -2_800,
          platformTotal: -1_200,
          reversedAt: minute(20),
        },
      },
    ]);
    command.thenState({ status: 'paid', refundStatus: 'partial', refundedTotal: 4_000 });
  });

  it('leaves nobody anything when it is the whole amount', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 4_000)))
      .when(refund('re_2', 6_000))
      .thenState({
        refundStatus: 'succeeded',
        netPayouts: [change(vitalHemp, 0, 0), change(greenLeaf, 0, 0)],
      });
  });

  it('counts once, whether told by its id or by the running total of the charge', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 4_000)))
      .when(refund('re_1', 4_000))
      .thenNothing();
    given(orderDecider, history(...toPaid, refund('re_1', 4_000)))
      .when(charge(4_000))
      .thenEvents([
        { type: 'ChargeRefundObserved', data: { amountRefunded: 4_000, currency: 'USD', observedAt: minute(21) } },
      ]);
    given(orderDecider, history(...toPaid, charge(4_000)))
      .when(refund('re_1', 4_000))
      .thenEvents([
        {
          type: 'RefundSucceeded',
          data: { stripeRefundId: 're_1', amount: 4_000, currency: 'USD', succeededAt: minute(20) },
        },
      ]);
    given(orderDecider, history(...toPaid, charge(4_000)))
      .when(charge(3_000))
      .thenNothing();
  });

  it('never takes back more than was paid', () => {
    given(orderDecider, history(...toPaid))
      .when(charge(12_000))
      .thenState({
        refundedTotal: 10_000,
        refundStatus: 'succeeded',
      });
  });

  it('does not touch payouts and refund status when it is of another payment', () => {
    const duplicate = { ...pay, paymentIntentId: 'pi_2' };
    const ofDuplicate = { ...refund('re_1', 10_000), paymentIntentId: 'pi_2' };
    const command = given(orderDecider, history(...toPaid, duplicate)).when(ofDuplicate);
    command.thenTypes(['RefundSucceeded']);
    command.thenState({ refundedTotal: 0, refundStatus: 'none' });
    for (const status of ['pending', 'failed'] as const) {
      given(orderDecider, history(...toPaid, duplicate))
        .when({ ...refund('re_1', 10_000, status), paymentIntentId: 'pi_2' })
        .thenState({ refundedTotal: 0, refundStatus: 'none' });
    }
    given(orderDecider, history(...toPaid))
      .when({ ...ofDuplicate, paymentIntentId: 'pi_1' })
      .thenState({ refundStatus: 'succeeded' });
  });

  it('counts while it is open which payment will pay the order', () => {
    const initiate: OrderCommand = {
      type: 'InitiatePayment',
      paymentIntentId: 'pi_2',
      amount: 10_000,
      currency: 'USD',
      at: minute(1),
    };
    const back = { ...refund('re_1', 4_000), paymentIntentId: 'pi_1' };
    given(orderDecider, history(placeOrder, initiate)).when(back).thenState({ refundedTotal: 4_000 });
    given(orderDecider, history(placeOrder, initiate, back))
      .when(pay)
      .thenState({ refundedTotal: 4_000 });
    given(orderDecider, history(placeOrder, initiate, back))
      .when({ ...pay, paymentIntentId: 'pi_2' })
      .thenState({ refundedTotal: 0, refundStatus: 'none' });
  });

  it('of a payment with the wrong amount is not netted against the right one', () => {
    const wrong = { ...pay, paymentIntentId: 'pi_0', amount: 9_000 };
    const back = { ...refund('re_1', 9_000), paymentIntentId: 'pi_0' };
    given(orderDecider, history(placeOrder, wrong, back))
      .when(pay)
      .thenTypes(['OrderPaid', 'PayoutsAllocated']);
  });
});

describe('a refund that is pending', () => {
  it('is known, and moves no money yet', () => {
    const command = given(orderDecider, history(...toPaid)).when(refund('re_1', 4_000, 'pending'));
    command.thenEvents([
      {
        type: 'RefundPending',
        data: { stripeRefundId: 're_1', amount: 4_000, currency: 'USD', observedAt: minute(20) },
      },
    ]);
    command.thenState({ refundStatus: 'requested', refundedTotal: 0 });
  });

  it('says nothing new of a refund that has gone further', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 4_000)))
      .when(refund('re_1', 4_000, 'pending'))
      .thenNothing();
  });
});

describe('a refund that failed', () => {
  it('after it had succeeded gives the payouts back', () => {
    const command = given(orderDecider, history(...toPaid, refund('re_1', 4_000))).when(
      refund('re_1', 4_000, 'failed', minute(25)),
    );
    command.thenEvents([
      {
        type: 'RefundFailed',
        data: { stripeRefundId: 're_1', amount: 4_000, reason: 'declined', failedAt: minute(25) },
      },
      {
        type: 'PayoutsReversed',
        data: {
          refundedTotal: 0,
          currency: 'USD',
          entries: [change(vitalHemp, 2_100, 900), change(greenLeaf, 700, 300)],
          brandTotal: 2_800,
          platformTotal: 1_200,
          reversedAt: minute(25),
        },
      },
    ]);
    command.thenState({ refundStatus: 'failed', refundedTotal: 0 });
  });

  it('never succeeds again', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 4_000, 'failed')))
      .when(refund('re_1', 4_000))
      .thenNothing();
  });

  it('is taken out of the running total that had counted it', () => {
    given(orderDecider, history(...toPaid, charge(4_000)))
      .when(refund('re_1', 4_000, 'failed'))
      .thenState({ refundedTotal: 0 });
    given(orderDecider, history(...toPaid, charge(4_000), refund('re_1', 4_000, 'failed')))
      .when(refund('re_2', 3_000))
      .thenState({ refundedTotal: 3_000, refundStatus: 'partial' });
  });

  it('ends the request, which an operator can repeat', () => {
    const failed = [...toPaid, cancel(), refund('re_1', 10_000, 'failed')];
    given(orderDecider, history(...toPaid, cancel()))
      .when(refund('re_1', 10_000, 'failed'))
      .thenState({ refundStatus: 'failed' });
    const again = given(orderDecider, history(...failed)).when(ask(undefined, minute(26)));
    again.thenEvents([
      {
        type: 'RefundRequested',
        data: { refundId: 'o1-2', amount: 10_000, currency: 'USD', reason: 'damaged', requestedAt: minute(26) },
      },
    ]);
    again.thenState({ refundStatus: 'requested' });
    given(orderDecider, history(...failed, ask(undefined, minute(26))))
      .when(refund('re_2', 10_000, 'failed', minute(27)))
      .thenState({ refundStatus: 'failed' });
    given(orderDecider, history(...failed, ask(undefined, minute(26))))
      .when(refund('re_2', 10_000, 'succeeded', minute(27)))
      .thenState({ refundStatus: 'succeeded' });
  });

  it('before a part is asked for says nothing about that part', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 4_000, 'failed')))
      .when(ask(2_500, minute(26)))
      .thenState({ refundStatus: 'requested' });
  });

  it('while another is on its way does not make the whole thing failed', () => {
    given(orderDecider, history(...toPaid, cancel(), refund('re_1', 10_000, 'failed')))
      .when(refund('re_2', 10_000, 'pending'))
      .thenState({ refundStatus: 'requested' });
  });
});

describe('a refund that says whose it is', () => {
  const of = (refundId: string | null, command: ReturnType<typeof refund>) => ({ ...command, refundId });
  const twice = [
    ...toPaid,
    ask(2_000),
    of('o1-1', refund('re_1', 2_000)),
    ask(3_000, minute(22)),
  ] as const satisfies readonly OrderCommand[];

  it('and bounces leaves a later request of ours open', () => {
    const bounced = of('o1-1', refund('re_1', 2_000, 'failed', minute(23)));
    given(orderDecider, history(...twice))
      .when(bounced)
      .thenState({ refundStatus: 'requested', refundedTotal: 0 });
    given(orderDecider, history(...twice, bounced))
      .when(ask(100, minute(24)))
      .thenRejected('illegal-transition');
  });

  it('ends its own request when it is made, and what bounced can be asked for again', () => {
    const bounced = of('o1-1', refund('re_1', 2_000, 'failed', minute(23)));
    const made = of('o1-2', refund('re_2', 3_000, 'succeeded', minute(24)));
    given(orderDecider, history(...twice, bounced))
      .when(made)
      .thenState({ refundStatus: 'failed', refundedTotal: 3_000 });
    given(orderDecider, history(...twice, bounced, made))
      .when(ask(2_000, minute(25)))
      .thenTypes(['RefundRequested']);
  });

  it('of a part, asked for after the whole had bounced, leaves a part refunded', () => {
    const bounced = of('o1-1', refund('re_1', 10_000, 'failed', minute(21)));
    for (const whose of ['o1-2', null]) {
      const made = given(orderDecider, history(...toPaid, cancel(), bounced, ask(100, minute(24)))).when(
        of(whose, refund('re_2', 100, 'succeeded', minute(25))),
      );
      made.thenTypes(['RefundSucceeded', 'PayoutsReversed']);
      made.thenState({ refundStatus: 'partial', refundedTotal: 100 });
    }
  });

  it('and is on its way keeps its request open', () => {
    given(orderDecider, history(...twice, of('o1-2', refund('re_2', 3_000, 'pending', minute(23)))))
      .when(ask(100, minute(24)))
      .thenRejected('illegal-transition');
  });

  it('by hand meets the requests it is enough for, and no others', () => {
    given(orderDecider, history(...twice, of(null, refund('re_9', 3_000))))
      .when(ask(100, minute(24)))
      .thenTypes(['RefundRequested']);
    const failed = of('o1-1', refund('re_1', 2_000, 'failed'));
    given(orderDecider, history(...toPaid, ask(2_000), failed, ask(3_000, minute(22)), of(null, refund('re_9', 2_000))))
      .when(ask(100, minute(24)))
      .thenRejected('illegal-transition');
  });

  it('says so late, and is what it was', () => {
    given(orderDecider, history(...toPaid, ask(2_500), refund('re_1', 2_500)))
      .when(of('o1-1', refund('re_1', 2_500, 'pending')))
      .thenState({ refundStatus: 'partial', refundedTotal: 2_500 });
    const bounced = refund('re_1', 10_000, 'failed', minute(21));
    const part = [ask(100, minute(24)), of('o1-2', refund('re_2', 100, 'succeeded', minute(25)))];
    given(orderDecider, history(...toPaid, cancel(), bounced, ...part))
      .when(of('o1-1', bounced))
      .thenState({ refundStatus: 'partial' });
  });

  it('and fails ends its own request', () => {
    given(orderDecider, history(...twice))
      .when(of('o1-2', refund('re_2', 3_000, 'failed', minute(23))))
      .thenState({ refundStatus: 'failed', refundedTotal: 2_000 });
  });

  it('is of the request whose rest it sends back', () => {
    given(orderDecider, history(...toPaid, cancel()))
      .when(of('o1-1-4000', refund('re_1', 4_000, 'failed')))
      .thenState({ refundStatus: 'failed' });
  });

  it('was made by hand, and fails, ends no request', () => {
    given(orderDecider, history(...toPaid, cancel()))
      .when(of(null, refund('re_9', 5_000, 'failed')))
      .thenState({ refundStatus: 'requested' });
    given(orderDecider, history(...toPaid, cancel(), of(null, refund('re_9', 5_000, 'pending'))))
      .when(refund('re_9', 5_000, 'failed'))
      .thenState({ refundStatus: 'requested' });
    given(orderDecider, history(...toPaid, cancel(), of(null, refund('re_9', 5_000, 'failed'))))
      .when(ask(undefined, minute(25)))
      .thenRejected('illegal-transition');
  });

  it('by hand is taken over by the request that adopted it, and ends it when it bounces', () => {
    const byHand = of(null, refund('re_9', 10_000));
    const adopted = of('o1-1', refund('re_9', 10_000, 'succeeded', minute(21)));
    given(orderDecider, history(...toPaid, cancel(), byHand))
      .when(adopted)
      .thenTypes(['RefundSucceeded']);
    given(orderDecider, history(...toPaid, cancel(), byHand, adopted))
      .when(of(null, refund('re_9', 10_000, 'failed', minute(22))))
      .thenState({ refundStatus: 'failed', refundedTotal: 0 });
  });

  it('by hand, met a cancellation and bounced: the order asks for its own', () => {
    const byHand = of(null, refund('re_9', 10_000));
    const bounced = given(orderDecider, history(...toPaid, cancel(), byHand)).when(
      of(null, refund('re_9', 10_000, 'failed', minute(22))),
    );
    bounced.thenTypes(['RefundFailed', 'PayoutsReversed', 'RefundRequested']);
    bounced.thenState({ refundStatus: 'requested' });
  });
});

describe('asking for a refund', () => {
  it('asks for everything that is left unless it says how much', () => {
    given(orderDecider, history(...toPaid, refund('re_1', 4_000)))
      .when(ask())
      .thenEvents([
        {
          type: 'RefundRequested',
          data: { refundId: 'o1-1', amount: 6_000, currency: 'USD', reason: 'damaged', requestedAt: minute(18) },
        },
      ]);
    given(orderDecider, history(...toPaid))
      .when(ask(2_500))
      .thenState({ refundStatus: 'requested' });
  });

  it('is closed by the refund', () => {
    given(orderDecider, history(...toPaid, ask(2_500)))
      .when(refund('re_1', 2_500))
      .thenState({ refundStatus: 'partial', refundedTotal: 2_500 });
    given(orderDecider, history(...toPaid, ask(2_500), refund('re_1', 2_500)))
      .when(ask(undefined, minute(30)))
      .thenTypes(['RefundRequested']);
  });

  it('is done one at a time', () => {
    const before = given(orderDecider, history(...toPaid, ask(2_500)));
    before.when(ask(2_500)).thenNothing();
    before.when(ask(2_400)).thenRejected('illegal-transition');
    before.when({ ...ask(2_500), reason: 'late' } as OrderCommand).thenRejected('illegal-transition');
    before.when(ask(100, minute(19))).thenRejected('illegal-transition');
  });

  it('is for at most what is left, of an order that was paid', () => {
    given(orderDecider, history(placeOrder)).when(ask()).thenRejected('not-paid');
    const before = given(orderDecider, history(...toPaid, refund('re_1', 4_000)));
    before.when(ask(6_001)).thenRejected('invalid-command', { remaining: 6_000 });
    before.when(ask(0)).thenRejected('invalid-command');
    before.when(ask(0.5)).thenRejected('invalid-command');
    given(orderDecider, history(...toPaid, refund('re_1', 10_000)))
      .when(ask())
      .thenRejected('illegal-transition');
  });

  it('for a part does not lose the rest when the order is cancelled meanwhile', () => {
    const partial = [...toPaid, ask(2_500, minute(5))];
    given(orderDecider, history(...partial))
      .when(cancel())
      .thenTypes(['OrderCancelled']);
    given(orderDecider, history(...partial, cancel()))
      .when(refund('re_1', 2_500))
      .thenTypes(['RefundSucceeded', 'PayoutsReversed', 'RefundRequested']);
    given(orderDecider, history(...partial, cancel()))
      .when(refund('re_1', 2_500, 'failed'))
      .thenTypes(['RefundFailed', 'RefundRequested']);
  });
});

describe('what goes back for a request', () => {
  const sent = (...commands: OrderCommand[]) => {
    const order = orderAfter([...toPaid, ...commands]);
    return order.refundLedger.requests.map((request) => amountFor(request, order.refundLedger, order));
  };

  it('for everything is all but what other refunds have taken, those on their way included', () => {
    expect(sent(cancel())).toEqual([10_000]);
    expect(sent(cancel(), refund('re_1', 4_000, 'pending'))).toEqual([6_000]);
    expect(sent(cancel(), refund('re_1', 4_000), refund('re_2', 1_000, 'pending'))).toEqual([5_000]);
    expect(sent(cancel(), refund('re_1', 4_000, 'failed'), { ...refund('re_2', 1_000), refundId: null })).toEqual([
      9_000,
    ]);
  });

  it('is not less for its own refund on its way, which would be made again', () => {
    expect(sent(cancel(), { ...refund('re_1', 10_000, 'pending'), refundId: 'o1-1' })).toEqual([10_000]);
    const rest = { ...refund('re_1', 6_000, 'pending'), refundId: 'o1-1-6000' };
    expect(sent(cancel(), refund('re_2', 4_000, 'pending'), rest)).toEqual([6_000]);
  });

  it('for everything is left to the provider where others on their way have taken it all', () => {
    expect(sent(cancel(), { ...refund('re_1', 10_000, 'pending'), refundId: null })).toEqual([10_000]);
  });

  it('for a part is that part: whether it still fits is an operator’s case', () => {
    expect(sent(ask(2_000), refund('re_1', 9_000, 'pending'))).toEqual([2_000]);
  });

  it('for a part is less when a refund by hand has brought its goal nearer', () => {
    const byHand = { ...refund('re_1', 1_500), refundId: null };
    expect(sent(ask(2_000), byHand)).toEqual([500]);
    expect(sent(refund('re_0', 3_000), ask(2_000), byHand)).toEqual([500]);
  });

  it('is no less for the refund of a second payment', () => {
    const duplicate = { ...pay, paymentIntentId: 'pi_2' };
    const ofDuplicate = { ...refund('re_1', 10_000, 'pending'), paymentIntentId: 'pi_2' };
    expect(sent(duplicate, ofDuplicate, cancel())).toEqual([10_000]);
  });
});

describe('the running total of a charge', () => {
  const tellsOfMore = (...commands: OrderCommand[]) => {
    const order = orderAfter([...toPaid, ...commands]);
    return hasUnnamedRefunds(order.refundLedger, order);
  };

  it('tells of refunds that nobody has named yet', () => {
    expect(tellsOfMore()).toBe(false);
    expect(tellsOfMore(charge(4_000))).toBe(true);
    expect(tellsOfMore(charge(4_000), refund('re_1', 3_000))).toBe(true);
    expect(tellsOfMore(charge(4_000), refund('re_1', 3_000), refund('re_2', 1_000))).toBe(false);
    expect(tellsOfMore(charge(4_000), refund('re_1', 4_000, 'pending'))).toBe(false);
    expect(tellsOfMore(charge(4_000), refund('re_1', 4_000, 'failed'))).toBe(false);
    expect(tellsOfMore(charge(4_000), refund('re_1', 3_000, 'failed'))).toBe(true);
  });

  it('of a second payment tells nothing of the order’s own', () => {
    const duplicate = { ...pay, paymentIntentId: 'pi_2' };
    expect(tellsOfMore(duplicate, { ...charge(10_000), paymentIntentId: 'pi_2' })).toBe(false);
  });
});

describe('the refund of a request', () => {
  const found = (...commands: OrderCommand[]) => {
    const { refundLedger } = orderAfter([...toPaid, ask(2_000), ...commands]);
    const request = { refundId: 'o1-1' } as (typeof refundLedger.requests)[number];
    return { known: isKnown(refundLedger, request), standing: isStanding(refundLedger, request) };
  };

  it('is known once a message names it, and stands unless it has failed', () => {
    expect(found()).toEqual({ known: false, standing: false });
    expect(found(refund('re_1', 2_000))).toEqual({ known: false, standing: false });
    const own = (status: 'pending' | 'succeeded' | 'failed') => ({
      ...refund('re_2', 2_000, status),
      refundId: 'o1-1',
    });
    expect(found(own('pending'))).toEqual({ known: true, standing: true });
    expect(found(own('succeeded'))).toEqual({ known: true, standing: true });
    expect(found(own('failed'))).toEqual({ known: true, standing: false });
    expect(found({ ...own('succeeded'), refundId: 'o1-11' })).toEqual({ known: false, standing: false });
  });
});

describe('a refund message that cannot be true', () => {
  it('is refused', () => {
    const before = given(orderDecider, history(...toPaid));
    before.when({ ...refund('re_1', 4_000), currency: 'EUR' }).thenRejected('payment-mismatch');
    before.when({ ...charge(4_000), currency: 'EUR' }).thenRejected('payment-mismatch');
    before.when(refund('re_1', -1)).thenRejected('invalid-command');
    before.when(charge(0.5)).thenRejected('invalid-command');
  });
});
