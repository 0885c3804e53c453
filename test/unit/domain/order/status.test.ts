import { describe, expect, it } from 'vitest';
import {
  compareStage,
  fromWmsStatus,
  hasReached,
  isFinal,
  orderStatuses,
} from '../../../../src/domain/order/status.js';

describe('order statuses', () => {
  it('are stages of fulfilment in one direction', () => {
    const road = ['paid', 'exported', 'picking', 'packed', 'shipped', 'delivered'] as const;
    for (const [here, status] of road.entries()) {
      for (const [there, other] of road.entries()) expect(compareStage(status, other)).toBe(there - here);
    }
    expect(compareStage('paid', 'export_failed')).toBe(0);
  });

  it('off that road compare with nothing', () => {
    expect(compareStage('cancelled', 'shipped')).toBeNull();
    expect(compareStage('awaiting_payment', 'paid')).toBeNull();
    expect(compareStage('shipped', 'cancelled')).toBeNull();
    expect(hasReached('cancelled', 'exported')).toBe(false);
    expect(hasReached('packed', 'exported')).toBe(true);
    expect(hasReached('paid', 'exported')).toBe(false);
  });

  it('translate what the warehouse says', () => {
    expect(fromWmsStatus('received')).toBe('exported');
    expect(fromWmsStatus('packed')).toBe('packed');
    expect(fromWmsStatus('cancelled')).toBe('cancelled');
    expect(fromWmsStatus('exported')).toBeNull();
    expect(fromWmsStatus('')).toBeNull();
  });

  it('are final when nothing is owed any more', () => {
    expect(orderStatuses.filter(isFinal)).toEqual(['delivered', 'cancelled', 'expired']);
  });
});
