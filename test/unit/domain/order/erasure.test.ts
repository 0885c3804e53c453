import { describe, expect, it } from 'vitest';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { erasedAddress, erasedCustomer } from '../../../../src/domain/order/personal-data.js';
import { given } from '../../../support/given.js';
import { history, minute, orderAfter, placeOrder, toDelivered, toPaid } from '../../../support/orders.js';

const erase = { type: 'EraseCustomerData', at: minute(40) } as const;
const delivered = history(...toDelivered);
const erased = [...delivered, { type: 'CustomerDataErased', data: { erasedAt: minute(40) } } as const];

describe('erasing the customer of an order', () => {
  it('takes customer and address out, and leaves the trade as it was', () => {
    const { state: before } = given(orderDecider, delivered);
    given(orderDecider, delivered).when(erase).thenEvents(erased.slice(-1));
    expect(given(orderDecider, erased).state).toEqual({
      ...before,
      customer: erasedCustomer,
      shippingAddress: erasedAddress,
      erasedAt: minute(40),
      updatedAt: minute(40),
    });
  });

  it('happens once', () => {
    given(orderDecider, erased)
      .when({ ...erase, at: minute(50) })
      .thenNothing();
  });

  it('is possible at any status, which it does not change', () => {
    given(orderDecider, history(...toPaid))
      .when(erase)
      .thenState({ status: 'paid', erasedAt: minute(40) });
  });
});

describe('a reason', () => {
  const { customer, shippingAddress } = placeOrder;
  const cancelling = (reason: string) =>
    ({ type: 'CancelOrder', reason, initiator: 'operator', at: minute(15) }) as const;

  it.each([
    [`${customer.name} called from ${customer.phone}`, '[personal] called from [personal]'],
    [`ADA BYRON has moved from ${shippingAddress.street1}`, '[personal] has moved from [personal]'],
    [`${customer.companyName} goes elsewhere`, '[personal] goes elsewhere'],
    ['Mrs Byron (Byron’s own words: byroniana) called', 'Mrs [personal] ([personal]’s own words: byroniana) called'],
    ['550 <eve@elsewhere.example> unknown', '550 <[personal]> unknown'],
    ['out of stock', 'out of stock'],
  ])('“%s” is recorded as “%s”', (given_, recorded) => {
    const outcome = orderDecider.decide(cancelling(given_), given(orderDecider, history(placeOrder)).state);
    expect(outcome).toMatchObject([{ type: 'OrderCancelled', data: { reason: recorded } }]);
  });

  it('is looked through for names of four letters, and for names as they were meant', () => {
    const zoe = { ...placeOrder, customer: { ...customer, name: ' Zoë Kane ' } };
    const reasonOf = (reason: string) => orderAfter([zoe, cancelling(reason)]).cancelReason;
    expect(reasonOf('Zoë Kane has called')).toBe('[personal] has called');
    expect(reasonOf('Mrs Kane has called')).toBe('Mrs [personal] has called');
  });

  it('is left alone where nothing of the customer is known any more', () => {
    const outcome = orderDecider.decide(
      { type: 'RequestRefund', reason: 'erased by mistake', at: minute(50) },
      given(orderDecider, erased).state,
    );
    expect(outcome).toMatchObject([{ type: 'RefundRequested', data: { reason: 'erased by mistake' } }]);
  });
});
