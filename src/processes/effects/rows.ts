import type { Effect, EffectKind, EffectPayload, EffectRequest, EffectStatus } from './effect.js';

/** A row of `portal.effects`. */
export interface Row {
  key: string;
  kind: EffectKind;
  subject: string;
  payload: EffectPayload;
  status: EffectStatus;
  attempts: number;
  generation: number;
  due_at: Date | null;
  last_error: string | null;
  caused_by: string;
  created_at: Date;
  updated_at: Date;
}

export function toRow(request: EffectRequest): Record<string, unknown> {
  return {
    key: request.key,
    kind: request.kind,
    subject: request.subject,
    payload: request.payload,
    due_at: request.dueAt ?? null,
    caused_by: request.causedBy,
  };
}

export function toEffect(row: Row | undefined): Effect | null {
  return row ? fromRow(row) : null;
}

export function fromRow(row: Row): Effect {
  return {
    key: row.key,
    kind: row.kind,
    subject: row.subject,
    payload: row.payload,
    ...(row.due_at ? { dueAt: row.due_at.toISOString() } : {}),
    status: row.status,
    attempts: row.attempts,
    generation: row.generation,
    lastError: row.last_error,
    causedBy: row.caused_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
