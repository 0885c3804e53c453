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
  toExported,
  toPaid,
} from '../../../support/orders.js';

const attempt = (at: string): OrderCommand => ({ type: 'AttemptExport', at });
const fail: OrderCommand = { type: 'FailExport', reason: 'the warehouse refused it', at: minute(4) };
const retry: OrderCommand = { type: 'RetryExport', reason: 'address corrected', at: minute(5) };
const expire: OrderCommand = { type: 'ExpireOrder', at: minute(30) };

describe('an export attempt', () => {
  it('is announced before the request goes out', () => {
    const command = given(orderDecider, history(...toPaid)).when(attempt(minute(3)));
    command.thenEvents([{ type: 'ExportAttempted', data: { attempt: 1, attemptedAt: minute(3) } }]);
    command.thenState({ status: 'paid', exportAttempts: 1, exportOutcomeUnknown: true });
  });

  it('is counted anew when tried again, but not when repeated', () => {
    const before = given(orderDecider, history(...toPaid, attempt(minute(3))));
    before.when(attempt(minute(3))).thenNothing();
    before
      .when(attempt(minute(4)))
      .thenEvents([{ type: 'ExportAttempted', data: { attempt: 2, attemptedAt: minute(4) } }]);
  });

  it('has nothing to do once the warehouse has the order', () => {
    given(orderDecider, history(...toExported))
      .when(attempt(minute(9)))
      .thenNothing();
  });

  it.each([
    ['unpaid', [placeOrder]],
    ['expired', [placeOrder, expire]],
    ['cancelled', [...toPaid, cancel()]],
    ['given up', [...toPaid, attempt(minute(3)), fail]],
  ] as [string, OrderCommand[]][])('is refused for an order that is %s', (_what, commands) => {
    given(orderDecider, history(...commands))
      .when(attempt(minute(40)))
      .thenRejected('illegal-transition');
  });
});

describe('an export whose outcome an operator states', () => {
  const failed = [...toPaid, attempt(minute(3)), fail];
  const notThere: OrderCommand = { type: 'StateExport', extensivOrderId: null, reason: 'Ann looked', at: minute(5) };
  const there: OrderCommand = { ...notThere, extensivOrderId };

  it('is sent without a look-up when the warehouse does not have it', () => {
    const command = given(orderDecider, history(...failed)).when(notThere);
    command.thenEvents([
      { type: 'ExportStated', data: { extensivOrderId: null, reason: 'Ann looked', statedAt: minute(5) } },
      { type: 'ExportRetried', data: { reason: 'Ann looked', retriedAt: minute(5) } },
    ]);
    command.thenState({ status: 'paid', exportOutcomeUnknown: false });
  });

  it('is adopted under the id that the warehouse has it as', () => {
    const command = given(orderDecider, history(...failed)).when(there);
    command.thenEvents([
      { type: 'ExportStated', data: { extensivOrderId, reason: 'Ann looked', statedAt: minute(5) } },
      {
        type: 'OrderExported',
        data: { extensivOrderId, adopted: true, exportedAt: minute(5) },
      },
    ]);
    command.thenState({ status: 'exported', extensivOrderId, exportOutcomeUnknown: false });
  });

  it('is to be cancelled there when it was cancelled here meanwhile', () => {
    given(orderDecider, history(...toPaid, attempt(minute(3)), cancel()))
      .when(there)
      .thenState({ status: 'cancelled', wmsCancellation: 'wanted' });
  });

  it('is not looked for any more when it was cancelled here meanwhile and the warehouse does not have it', () => {
    const command = given(orderDecider, history(...toPaid, attempt(minute(3)), cancel())).when(notThere);
    command.thenTypes(['ExportStated']);
    command.thenState({ status: 'cancelled', exportOutcomeUnknown: false });
    given(orderDecider, history(...toPaid, attempt(minute(3)), cancel(), notThere))
      .when(notThere)
      .thenNothing();
  });

  it.each([
    ['while it is being tried', [...failed, retry, attempt(minute(6))]],
    ['once it is there', toExported],
    ['once it was there, and is cancelled', [...toExported, cancel()]],
    ['when it was cancelled before anything was sent', [...toPaid, cancel()]],
  ] as [string, OrderCommand[]][])('is not taken for absent %s', (_when, commands) => {
    given(orderDecider, history(...commands))
      .when(notThere)
      .thenRejected('illegal-transition');
  });
});

describe('a confirmed export', () => {
  it('makes the order exported', () => {
    const command = given(orderDecider, history(...toPaid, attempt(minute(3)))).when(confirmExport);
    command.thenEvents([
      {
        type: 'OrderExported',
        data: { extensivOrderId, adopted: false, exportedAt: minute(4) },
      },
    ]);
    command.thenState({ status: 'exported', exportOutcomeUnknown: false, exportedAt: minute(4) });
  });

  it('counts once, and only under one id', () => {
    const before = given(orderDecider, history(...toExported));
    before.when({ ...confirmExport, adopted: true, at: minute(9) }).thenNothing();
    before
      .when({ ...confirmExport, extensivOrderId: asExtensivOrderId('EX-2') })
      .thenRejected('illegal-transition', { known: extensivOrderId });
  });

  it('counts although the portal had given up', () => {
    given(orderDecider, history(...toPaid, attempt(minute(3)), fail))
      .when({ ...confirmExport, adopted: true })
      .thenState({ status: 'exported' });
  });

  it('does not take back a status that came first', () => {
    given(orderDecider, history(...toPaid, attempt(minute(3)), observe('picking')))
      .when(confirmExport)
      .thenState({ status: 'picking', extensivOrderId });
  });

  it('cannot be true of an unpaid order', () => {
    for (const unpaid of [[placeOrder], [placeOrder, expire]]) {
      given(orderDecider, history(...unpaid))
        .when(confirmExport)
        .thenRejected('illegal-transition');
    }
  });
});

describe('a failed export', () => {
  it('waits for an operator', () => {
    const command = given(orderDecider, history(...toPaid, attempt(minute(3)))).when(fail);
    command.thenEvents([
      {
        type: 'OrderExportFailed',
        data: { reason: 'the warehouse refused it', attempts: 1, failedAt: minute(4) },
      },
    ]);
    command.thenState({ status: 'export_failed' });
  });

  it('leaves it open whether an attempt arrived after all', () => {
    const commands = [...toPaid, attempt(minute(3)), fail, retry];
    given(orderDecider, history(...commands))
      .when(attempt(minute(6)))
      .thenState({ exportOutcomeUnknown: true });
  });

  it('says nothing once the warehouse has the order, or when it is cancelled or has failed already', () => {
    given(orderDecider, history(...toExported))
      .when(fail)
      .thenNothing();
    given(orderDecider, history(...toPaid, cancel()))
      .when(fail)
      .thenNothing();
    given(orderDecider, history(...toPaid, fail))
      .when(fail)
      .thenNothing();
  });

  it('cannot happen to an unpaid order', () => {
    for (const unpaid of [[placeOrder], [placeOrder, expire]]) {
      given(orderDecider, history(...unpaid))
        .when(fail)
        .thenRejected('illegal-transition');
    }
  });

  it('can be retried, which makes the order paid again', () => {
    const command = given(orderDecider, history(...toPaid, fail)).when(retry);
    command.thenEvents([{ type: 'ExportRetried', data: { reason: 'address corrected', retriedAt: minute(5) } }]);
    command.thenState({ status: 'paid' });
    given(orderDecider, history(...toPaid, fail, retry))
      .when({ ...retry, at: minute(6) })
      .thenNothing();
    given(orderDecider, history(...toPaid, fail, retry, { ...fail, at: minute(7) }))
      .when({ ...retry, at: minute(8) })
      .thenTypes(['ExportRetried']);
  });

  it('is the only thing to retry', () => {
    given(orderDecider, history(...toPaid))
      .when(retry)
      .thenRejected('illegal-transition');
    given(orderDecider, history(...toExported))
      .when(retry)
      .thenRejected('illegal-transition');
  });
});
