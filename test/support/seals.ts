import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createAuditKeys } from '../../src/audit/keys.js';
import type { SealDeps } from '../../src/audit/sealer.js';
import type { EventStore } from '../../src/commands/event-store.js';
import type { CommandContext } from '../../src/commands/use-cases.js';

/** A private key as the configuration takes it. */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
}

/** What seals a store, with a key of its own unless one is given. */
export function sealerOf(eventStore: EventStore, key = newSigningKey(), formerKeys = ''): SealDeps {
  const { signer, verifier } = createAuditKeys({ AUDIT_SIGNING_KEY: key, AUDIT_FORMER_KEYS: formerKeys });
  if (!signer) throw new Error('no key');
  return { eventStore, signer, verifier, clock: { now: () => new Date() } };
}

export function sealerContext(): CommandContext {
  const id = randomUUID();
  return { correlationId: id, causationId: id, actor: 'system:sealer' };
}
