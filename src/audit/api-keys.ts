import type { Knex } from 'knex';
import { operations } from '../commands/aggregates.js';
import type { RecordedEvent } from '../commands/event-store.js';
import { isStreamOf } from '../commands/streams.js';
import type { OperationsEvent } from '../domain/operations/events.js';
import type { BrandId } from '../domain/shared/ids.js';
import type { Findings } from './findings.js';

/** Compares API keys with what operators have on record: a row that somebody writes opens the API for good. */
export interface ApiKeyCheck {
  add(event: RecordedEvent): void;
  /** @returns how many keys there are */
  end(): Promise<number>;
}

/** To be started before the head of the log is looked at: a key is recorded before its row is made. */
export async function startApiKeyCheck({ db, findings }: { db: Knex; findings: Findings }): Promise<ApiKeyCheck> {
  const rows = await keys(db);
  const created = new Map<string, Partial<Created>>();
  const revoked = new Set<string>();

  return {
    add(event) {
      if (!isStreamOf(operations, event.stream)) return;
      // Forged data can be anything.
      const data = (event.data ?? {}) as Partial<Created>;
      if (event.type === 'ApiKeyCreated') created.set(String(data.keyId), data);
      if (event.type === 'ApiKeyRevoked') revoked.add(String(data.keyId));
    },
    async end() {
      const report = (key: string, reason: 'unexpected' | 'differs', detail: string) =>
        findings.add({ kind: 'row', table: 'api_keys', key, reason, columns: [], detail });
      for (const { id, ...row } of rows) {
        const made = created.get(id);
        // The first releases recorded no keys: what an operator has revoked since is dealt with.
        if (!made && revoked.has(id)) continue;
        if (!made) report(id, 'unexpected', 'no operator has made this API key');
        else if (rightsOf(made) !== rightsOf(row)) {
          report(id, 'differs', 'the API key may do something else than was recorded');
        } else if (made.secretHash !== undefined && made.secretHash !== row.secretHash) {
          report(id, 'differs', 'the API key has another secret than was recorded');
        }
      }
      // It is recorded before it is done.
      const stillValid = (await keys(db)).filter(({ id, valid }) => valid && revoked.has(id));
      for (const { id } of stillValid) report(id, 'differs', 'an operator has revoked the API key, and it is valid');
      return rows.length;
    },
  };
}

type Created = Extract<OperationsEvent, { type: 'ApiKeyCreated' }>['data'];

async function keys(db: Knex): Promise<(Partial<Created> & { id: string; secretHash: string; valid: boolean })[]> {
  const { rows } = await db.raw<{
    rows: {
      id: string;
      roles: string[];
      customer_id: string | null;
      brand_id: BrandId | null;
      expires_at: Date | null;
      secret_hash: string;
      valid: boolean;
    }[];
  }>(
    `select id, roles, customer_id, brand_id, expires_at, secret_hash, revoked_at is null as valid
     from portal.api_keys order by created_at, id`,
  );
  return rows.map(({ id, roles, customer_id: customerId, brand_id: brandId, expires_at, secret_hash, valid }) => {
    const expiresAt = expires_at?.toISOString() ?? null;
    return { id, roles, customerId, brandId, expiresAt, secretHash: secret_hash, valid };
  });
}

function rightsOf({ roles, customerId, brandId, expiresAt }: Partial<Created>): string {
  return JSON.stringify([roles, customerId, brandId, expiresAt]);
}
