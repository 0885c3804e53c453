import { createHash, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { BrandId } from '../../domain/shared/ids.js';

/** A key as operators see it; its secret is shown once, when it is made. */
interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly customerId: string | null;
  readonly brandId: BrandId | null;
  readonly createdBy: string;
  readonly createdAt: string;
  /** ISO 8601 UTC, or null for a key that does not expire. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Whether a key opens anything, by the database's clock, as when a caller sends it. */
type ApiKeyState = 'valid' | 'expired' | 'revoked';

export interface ApiKeys {
  /**
   * @param before called with the id and what is stored of the secret, before it is; its failure stores none
   * @returns the key and what the caller has to send as bearer token
   */
  create(
    request: NewApiKey,
    before?: (id: string, secretHash: string) => Promise<void>,
  ): Promise<{ key: ApiKey; token: string }>;
  /** The newest first. */
  list(): Promise<(ApiKey & { readonly state: ApiKeyState })[]>;
  /** @returns false when there is no such key, or it is revoked already */
  revoke(id: string): Promise<boolean>;
  /** The key this token belongs to, unless it is revoked or has expired. @throws when nobody can say so in time */
  find(token: string): Promise<ApiKey | null>;
}

type NewApiKey = Pick<ApiKey, 'name' | 'roles' | 'customerId' | 'brandId' | 'createdBy' | 'expiresAt'>;

/** 256 random bits: beyond guessing, so that a plain SHA-256 is hash enough. */
const secretBytes = 32;
const idBytes = 6;

/** A caller whose key is not found in this is told to come again, long before the limit of handlers: nothing was begun. */
const usualFindLimitMs = 5_000;

/** {@link ApiKeys} in `portal.api_keys`. */
export function createApiKeys(db: Knex, findLimitMs = usualFindLimitMs): ApiKeys {
  const keys = () => db('portal.api_keys');
  return {
    async create({ name, roles, customerId, brandId, createdBy, expiresAt }, before) {
      const id = randomBytes(idBytes).toString('hex');
      const token = `vlk_${id}_${randomBytes(secretBytes).toString('base64url')}`;
      const secretHash = hashOf(token);
      await before?.(id, secretHash);
      const [row] = await keys().insert(
        {
          id,
          name,
          secret_hash: secretHash,
          roles: [...roles],
          customer_id: customerId,
          brand_id: brandId,
          created_by: createdBy,
          expires_at: expiresAt,
        },
        columns,
      );
      return { key: fromRow(row), token };
    },
    async list() {
      const rows: (Row & { state: ApiKeyState })[] = await keys()
        .select(columns)
        .select(db.raw(stateColumn))
        .orderBy('created_at', 'desc');
      return rows.map((row) => ({ ...fromRow(row), state: row.state }));
    },
    revoke: async (id) => (await keys().where({ id, revoked_at: null }).update({ revoked_at: db.fn.now() })) > 0,
    async find(token) {
      const row: Row | undefined = await keys()
        .where({ secret_hash: hashOf(token), revoked_at: null })
        .andWhere((query) => query.whereNull('expires_at').orWhere('expires_at', '>', db.fn.now()))
        .first(columns)
        .timeout(findLimitMs);
      return row ? fromRow(row) : null;
    },
  };
}

const columns = [
  'id',
  'name',
  'roles',
  'customer_id',
  'brand_id',
  'created_by',
  'created_at',
  'expires_at',
  'revoked_at',
];

const stateColumn = `case when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired'
  else 'valid' end as state`;

interface Row {
  id: string;
  name: string;
  roles: string[];
  customer_id: string | null;
  brand_id: BrandId | null;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

function fromRow(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    roles: row.roles,
    customerId: row.customer_id,
    brandId: row.brand_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
