import { asOrderId, type OrderId } from '../../domain/shared/ids.js';

/** What the portal owes the world because of an event. Its key is unique for ever: one row, one deed. */
export interface Reaction {
  readonly key: string;
  readonly kind: EffectKind;
  /** Id of the order (or run) it is about. */
  readonly subject: string;
  readonly payload: EffectPayload;
  /** Not before; at once when absent. ISO 8601 UTC. */
  readonly dueAt?: string;
  /** A later event asks for the same again: the row opens once more. */
  readonly reopen?: boolean;
}

/** The same together with what asked for it: the id of an event, a webhook or another effect. */
export interface EffectRequest extends Reaction {
  readonly causedBy: string;
}

export interface EffectPayload {
  readonly correlationId: string;
  readonly [fact: string]: unknown;
}

export const effectKinds = [
  'webhook',
  'unpark',
  'export',
  'commit',
  'release',
  'reservation-expiry',
  'packed',
  'notify',
  'refund',
  'wms-cancel',
  'cancel-intent',
  'alert',
  'sync',
  'reconcile',
  'erase',
] as const;

export type EffectKind = (typeof effectKinds)[number];

export type EffectStatus = 'open' | 'done' | 'failed' | 'discarded';

/** A row of `portal.effects`. `generation` counts how often a new job was made for it. */
export interface Effect extends Omit<EffectRequest, 'reopen'> {
  readonly status: EffectStatus;
  readonly attempts: number;
  readonly generation: number;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The order that an effect of most kinds is about. */
export function orderIdOf({ subject }: Pick<Reaction, 'subject'>): OrderId {
  return asOrderId(subject);
}

/** Trying again cannot help; the effect fails at once. */
export class EffectImpossible extends Error {
  override readonly name = 'EffectImpossible';
}

/** What a stopping process leaves is offered to others after so long, milliseconds. */
export const handOverMs = 1_000;

/** Not now: the same attempt is made again after `delayMs`, and no attempt is counted. */
export class EffectPostponed extends Error {
  override readonly name = 'EffectPostponed';
  constructor(
    readonly delayMs: number,
    message: string,
  ) {
    super(message);
  }
}
