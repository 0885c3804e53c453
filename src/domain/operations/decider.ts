import { type Decider, type Decision, nothing } from '../shared/decider.js';
import type { BrandId } from '../shared/ids.js';
import { type OperationsEvent, operationsEventSchemas } from './events.js';

/** An operator's intervention by hand. */
export type OperationsCommand =
  | {
      readonly type: 'RetryEffect' | 'DiscardEffect';
      readonly key: string;
      readonly reason: string;
      readonly at: string;
    }
  | {
      readonly type: 'RetryParkedStream' | 'SkipParkedStream';
      readonly projection: string;
      readonly stream: string;
      readonly reason: string;
      readonly at: string;
    }
  | {
      readonly type: 'CreateApiKey';
      readonly keyId: string;
      readonly roles: readonly string[];
      readonly customerId: string | null;
      readonly brandId: BrandId | null;
      /** ISO 8601 UTC with milliseconds. */
      readonly expiresAt: string | null;
      /** SHA-256 of the key, hex. */
      readonly secretHash: string;
      readonly at: string;
    }
  | { readonly type: 'RevokeApiKey'; readonly keyId: string; readonly at: string }
  | {
      readonly type: 'RereadEvents';
      readonly projections: readonly string[];
      readonly reason: string;
      readonly at: string;
    }
  | { readonly type: 'ReplayWebhook'; readonly eventId: string; readonly at: string };

/** What was recorded this day; two interventions are the same when they are alike in everything, time included. */
export type OperationsState = ReadonlySet<string>;

/** What operators did on a day: stream `operations-{YYYY-MM-DD}`. It records and refuses nothing. */
export const operationsDecider: Decider<OperationsCommand, OperationsEvent, OperationsState> = {
  initial: new Set(),
  evolve: (state, event) =>
    Object.hasOwn(operationsEventSchemas, event.type) ? new Set([...state, identityOf(event)]) : state,
  decide(command, state): Decision<OperationsEvent> {
    const event = record(command);
    return state.has(identityOf(event)) ? nothing : [event];
  },
};

function record(command: OperationsCommand): OperationsEvent {
  switch (command.type) {
    case 'RetryEffect':
      return { type: 'EffectRetried', data: { key: command.key, reason: command.reason, retriedAt: command.at } };
    case 'DiscardEffect':
      return { type: 'EffectDiscarded', data: { key: command.key, reason: command.reason, discardedAt: command.at } };
    case 'RetryParkedStream': {
      const { projection, stream, reason, at } = command;
      return { type: 'ParkedStreamRetried', data: { projection, stream, reason, retriedAt: at } };
    }
    case 'SkipParkedStream': {
      const { projection, stream, reason, at } = command;
      return { type: 'ParkedStreamSkipped', data: { projection, stream, reason, skippedAt: at } };
    }
    case 'CreateApiKey': {
      const { keyId, roles, customerId, brandId, expiresAt, secretHash, at } = command;
      return {
        type: 'ApiKeyCreated',
        data: { keyId, roles: [...roles], customerId, brandId, expiresAt, secretHash, createdAt: at },
      };
    }
    case 'RevokeApiKey':
      return { type: 'ApiKeyRevoked', data: { keyId: command.keyId, revokedAt: command.at } };
    case 'RereadEvents': {
      const { projections, reason, at } = command;
      return { type: 'EventsReread', data: { projections: [...projections], reason, rereadAt: at } };
    }
    case 'ReplayWebhook':
      return { type: 'WebhookReplayed', data: { eventId: command.eventId, replayedAt: command.at } };
  }
}

function identityOf({ type, data }: OperationsEvent): string {
  const facts = Object.entries(data).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([type, facts]);
}
