import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BrandCommand, brandDecider } from '../../../src/domain/brand/decider.js';
import { type OperationsCommand, operationsDecider } from '../../../src/domain/operations/decider.js';
import { type EraseKey, privacyDecider } from '../../../src/domain/privacy/decider.js';
import type { Decider } from '../../../src/domain/shared/decider.js';
import { type SyncCommand, syncDecider } from '../../../src/domain/sync/decider.js';
import { acceptedSteps } from '../../support/fold.js';
import { minute } from '../../support/orders.js';

/** One arbitrary per command type; the record type makes a new command type fail here until it has one. */
type ByType<Command extends { readonly type: string }> = {
  readonly [Type in Command['type']]: fc.Arbitrary<Command>;
};

const at = fc.integer({ min: 1, max: 60 }).map(minute);
const reason = fc.constantFrom('because', 'otherwise');
const count = fc.constantFrom(0, 1, 2);
const rejected = fc.subarray([{ sku: 'HEMP-1', index: 0, reason: 'no price' }]);
const syncId = fc.constantFrom('s1', 's2', 's3');
const stream = { projection: fc.constantFrom('orders', 'payouts'), stream: fc.constantFrom('order-o1', 'order-o2') };
const keyId = fc.constantFrom('k1', 'k2');

const brandCommands: ByType<BrandCommand> = {
  RegisterBrand: command('RegisterBrand', {
    brandId: fc.constantFrom('vital-hemp', ''),
    name: fc.constantFrom('VitalHemp', 'VITALHEMP'),
  }),
  OverrideShare: command('OverrideShare', {
    brandShareBps: fc.constantFrom(null, 0, 8_000, 10_000, 10_001),
    reason: fc.option(reason),
  }),
};

const syncCommands: ByType<SyncCommand> = {
  StartSync: command('StartSync', {
    syncId,
    trigger: fc.constantFrom('schedule', 'manual', 'startup'),
    force: fc.boolean(),
  }),
  CompleteSync: command('CompleteSync', {
    ...{ syncId, rejected, received: count, created: count, changed: count, delisted: count },
    ...{ snapshotAt: at, durationMs: count },
  }),
  FailSync: command('FailSync', { syncId, error: reason, received: count, rejected, durationMs: count }),
};

const operationsCommands: ByType<OperationsCommand> = {
  RetryEffect: command('RetryEffect', { key: fc.constantFrom('export:o1', 'notify:o1:shipped'), reason }),
  DiscardEffect: command('DiscardEffect', { key: fc.constantFrom('export:o1', 'notify:o1:shipped'), reason }),
  RetryParkedStream: command('RetryParkedStream', { ...stream, reason }),
  SkipParkedStream: command('SkipParkedStream', { ...stream, reason }),
  CreateApiKey: command('CreateApiKey', {
    ...{ keyId, roles: fc.subarray(['buyer', 'operator']), customerId: fc.constantFrom(null, 'c1') },
    ...{ brandId: fc.constantFrom(null, 'vital-hemp'), expiresAt: fc.option(at), secretHash: fc.constant('h') },
  }),
  RevokeApiKey: command('RevokeApiKey', { keyId }),
  RereadEvents: command('RereadEvents', { projections: fc.subarray(['orders', 'payouts']), reason }),
  ReplayWebhook: command('ReplayWebhook', { eventId: fc.constantFrom('evt_1', 'evt_2') }),
};

const privacyCommands: ByType<EraseKey> = {
  EraseKey: command('EraseKey', { keyId: fc.constant('k1'), orderIds: fc.subarray(['o1', 'o2']), reason }),
};

describe('a command repeated against the state it produced adds nothing, whatever happened before', () => {
  it('of a brand', () => addsNothing(brandDecider, brandCommands));
  it('of the syncs of a day', () => addsNothing(syncDecider, syncCommands));
  it('of what operators did on a day', () => addsNothing(operationsDecider, operationsCommands));
  it('of the key of a person', () => addsNothing(privacyDecider, privacyCommands));
});

function addsNothing<Command extends { readonly type: string }, Event, State>(
  decider: Decider<Command, Event, State>,
  byType: ByType<Command>,
): void {
  const anyCommand = fc.oneof(...Object.values<fc.Arbitrary<Command>>(byType));
  const accepted = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 20, size: 'max' }), (commands) => {
      for (const { command, events, after } of acceptedSteps(decider, commands)) {
        if (events.length > 0) accepted.add(command.type);
        expect(decider.decide(command, after), command.type).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
  expect([...accepted].sort(), 'every command was accepted at least once').toEqual(Object.keys(byType).sort());
}

function command<Command extends { readonly type: string }>(
  type: Command['type'],
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<Command> {
  return fc.record({ at, ...fields }).map((values) => ({ type, ...values }) as unknown as Command);
}
