import { randomBytes, randomUUID } from 'node:crypto';
import type { DataKey, PersonalKeys } from '../../src/commands/privacy/keys.js';
import { createPersonalData, type PersonalData } from '../../src/commands/privacy/personal-data.js';

/** Keys of persons over maps, for tests without a database. */
export function memoryKeys(): PersonalKeys & { destroy(id: string): void; lose(id: string): void; ids(): string[] } {
  const bySubject = new Map<string, DataKey>();
  const byId = new Map<string, DataKey | 'erased'>();
  return {
    using(subject, work) {
      const key = bySubject.get(subject) ?? { id: randomUUID(), secret: randomBytes(32) };
      bySubject.set(subject, key);
      byId.set(key.id, key);
      return work(key);
    },
    async find(ids) {
      return new Map(ids.flatMap((id) => (byId.has(id) ? [[id, byId.get(id) ?? 'erased'] as const] : [])));
    },
    destroy: (id) => void byId.set(id, 'erased'),
    lose: (id) => void byId.delete(id),
    ids: () => [...byId.keys()],
  };
}

export function memoryPersonalData(): PersonalData {
  return createPersonalData(memoryKeys());
}
