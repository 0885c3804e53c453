import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { privacy } from '../commands/aggregates.js';
import { shownEvent } from '../commands/event-reading.js';
import type { RecordedEvent } from '../commands/event-store.js';
import type { KeyRegister } from '../commands/privacy/keys.js';
import { isStreamOf } from '../commands/streams.js';
import type { PrivacyEvent } from '../domain/privacy/events.js';
import { isUnfit } from './expected-rows.js';
import type { Findings } from './findings.js';

/** Keys looked at once. */
const looksInFlight = 4;
/** The receipt comes first and the key is destroyed after it, at once or, should that process have died, by an effect. */
const secondLookMs = 5_000;

/** Compares the receipts of erasures with the keys: one that came back makes a person readable again. */
export interface ErasureCheck {
  add(event: RecordedEvent): void;
  /** @returns how many keys were erased */
  end(): Promise<number>;
}

export function createErasureCheck(deps: { keys: Pick<KeyRegister, 'get'>; findings: Findings }): ErasureCheck {
  /** By key, when its receipt was written. */
  const receipts = new Map<string, string>();

  return {
    add(event) {
      if (!isStreamOf(privacy, event.stream)) return;
      if (event.type !== 'PersonalDataErased') return;
      // Forged data can be anything.
      const data = shownEvent(event).data as PrivacyEvent['data'] | null;
      receipts.set(String(data?.keyId), String(data?.erasedAt));
    },
    async end() {
      const suspects = await notErased([...receipts.keys()]);
      if (suspects.length > 0) await sleep(secondLookMs);
      for (const key of await notErased(suspects)) {
        const detail = `it was erased on ${receipts.get(key)} and is there: what it sealed can be read`;
        deps.findings.add({ kind: 'row', table: 'personal_keys', key, reason: 'unexpected', columns: [], detail });
      }
      return receipts.size;
    },
  };

  async function notErased(keyIds: readonly string[]): Promise<string[]> {
    const look = pLimit(looksInFlight);
    const found = await Promise.all(keyIds.map((id) => look(() => deps.keys.get(id).catch(noneIfUnfit))));
    return keyIds.filter((_, index) => found[index] && found[index].erasedAt === null);
  }
}

/** What is no id is none of a key. */
function noneIfUnfit(error: unknown): null {
  if (isUnfit(error)) return null;
  throw error;
}
