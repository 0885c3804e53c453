import { describe, expect, it } from 'vitest';
import { brandIdOf } from '../../../../src/domain/brand/brand-id.js';
import { type BrandCommand, brandDecider } from '../../../../src/domain/brand/decider.js';
import type { BrandEvent } from '../../../../src/domain/brand/events.js';
import { asBrandId } from '../../../../src/domain/shared/ids.js';
import { given } from '../../../support/given.js';
import { minute } from '../../../support/orders.js';

const register: BrandCommand = {
  type: 'RegisterBrand',
  brandId: asBrandId('vital-hemp'),
  name: 'Vital Hemp',
  at: minute(0),
};
const registered: BrandEvent = {
  type: 'BrandRegistered',
  data: { brandId: asBrandId('vital-hemp'), name: 'Vital Hemp', registeredAt: minute(0) },
};
const override = (brandShareBps: number | null): BrandCommand => ({
  type: 'OverrideShare',
  brandShareBps,
  reason: 'new contract',
  at: minute(5),
});
const overridden = (brandShareBps: number | null): BrandEvent => ({
  type: 'BrandShareOverridden',
  data: { brandShareBps, reason: 'new contract', overriddenAt: minute(5) },
});

describe('a brand', () => {
  it('is registered once, under the first spelling of its name', () => {
    given(brandDecider, []).when(register).thenEvents([registered]);
    given(brandDecider, [registered])
      .when({ ...register, name: 'VITAL HEMP' })
      .thenNothing();
  });

  it('needs an id and a name', () => {
    given(brandDecider, [])
      .when({ ...register, name: '' })
      .thenRejected('invalid-command');
    given(brandDecider, [])
      .when({ ...register, brandId: asBrandId('') })
      .thenRejected('invalid-command');
  });

  it('has an id that a row can bear', () => {
    given(brandDecider, [])
      .when({ ...register, brandId: asBrandId('x'.repeat(1_001)) })
      .thenRejected('invalid-command');
  });

  it('can have a share of its own, and return to the default', () => {
    given(brandDecider, [registered])
      .when(override(8_000))
      .thenEvents([overridden(8_000)]);
    given(brandDecider, [registered, overridden(8_000)])
      .when(override(8_000))
      .thenNothing();
    given(brandDecider, [registered, overridden(8_000)])
      .when(override(null))
      .thenState({ brandShareBps: null });
    given(brandDecider, [registered]).when(override(null)).thenNothing();
  });

  it.each([0, 10_000])('can have a share of %d basis points', (brandShareBps) => {
    given(brandDecider, [registered])
      .when(override(brandShareBps))
      .thenEvents([overridden(brandShareBps)]);
  });

  it.each([-1, 10_001, 0.5, Number.NaN])('cannot have a share of %d basis points', (brandShareBps) => {
    given(brandDecider, [registered]).when(override(brandShareBps)).thenRejected('invalid-command');
  });

  it('must be known before its share is', () => {
    given(brandDecider, []).when(override(8_000)).thenRejected('not-found');
  });
});

describe('the id of a brand', () => {
  it.each([
    ['Vital Hemp', 'vital-hemp'],
    ['  VITAL   hemp ', 'vital-hemp'],
    ['Vital-Hemp', 'vital-hemp'],
    ['Café Löwe', 'cafe-lowe'],
    ['Straße', 'strasse'],
    ['Łódź', 'lodz'],
    ['Sol & Luna', 'sol-and-luna'],
    ['THC+', 'thc-plus'],
    ["Dr. Green's", 'dr-greens'],
    ['Brand 420', 'brand-420'],
    ['ﬁne', 'fine'],
    ['Café 大麻', 'cafe-u5927u9ebb'],
    ['Green★Leaf', 'green-leaf'],
  ])('of %j is %s', (name, brandId) => {
    expect(brandIdOf(name)).toBe(brandId);
  });

  it('keeps other scripts apart and is never empty', () => {
    const names = ['大麻', '大馬', 'Капля', '!!!', '???', '🌿'];
    const ids = names.map(brandIdOf);
    expect(new Set(ids).size).toBe(names.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});
