import { orders } from '../commands/aggregates.js';
import type { CommandHandler } from '../commands/handler.js';
import type { Clock, Locks } from '../commands/ports.js';
import type { CommandContext } from '../commands/use-cases.js';
import { isRejection } from '../domain/shared/decider.js';
import type { OrderId } from '../domain/shared/ids.js';
import type { Projections } from '../projections/create-projections.js';
import type { RetryOutcome } from '../projections/runtime/take-up.js';
import { type Effect, type EffectStatus, orderIdOf } from './effects/effect.js';
import type { EffectStore } from './effects/store.js';
import { giveUpDelivery } from './handlers/delivery.js';
import { createRefundHandler } from './handlers/refund.js';
import type { Payments } from './ports/payments.js';
import { recordOperation } from './record-operation.js';

/** What operators do by hand. Each is recorded in the stream `operations-{date}` before it is done. */
export interface Interventions {
  /** Opens a failed or discarded effect again. @returns the effect, or why it cannot be retried */
  retryEffect(request: { key: string; reason: string }, context: CommandContext): Promise<EffectIntervention>;
  /** Gives up an open or failed effect for good. */
  discardEffect(request: { key: string; reason: string }, context: CommandContext): Promise<EffectIntervention>;
  /** @returns null when the stream is not parked */
  retryParked(request: ParkedRequest, context: CommandContext): Promise<RetryOutcome | null>;
  /** Everything that these projections have parked, oldest first; what somebody else has mended meanwhile is left out. */
  retryAllParked(
    request: { projections: readonly string[]; reason: string },
    context: CommandContext,
  ): AsyncIterable<TakenUpStream>;
  /** @returns null when the stream is not parked */
  skipParked(request: ParkedRequest, context: CommandContext): Promise<RetryOutcome | null>;
  /** These and no others, which an operator has counted; what somebody else has mended meanwhile is left out. */
  skipAllParked(
    request: { parked: readonly ParkedPlace[]; reason: string },
    context: CommandContext,
  ): AsyncIterable<TakenUpStream>;
}

type EffectIntervention =
  | { readonly outcome: 'done'; readonly effect: Effect }
  | { readonly outcome: 'unknown' }
  /** Its status does not allow it. */
  | { readonly outcome: 'refused'; readonly effect: Effect };

interface ParkedPlace {
  readonly projection: string;
  readonly stream: string;
}

/** A stream that was retried, or went on behind what was skipped of it. */
export interface TakenUpStream extends ParkedPlace {
  readonly result: RetryOutcome;
  /** Of `total`, how many have been taken up. */
  readonly done: number;
  readonly total: number;
}

interface Why {
  readonly reason: string;
  readonly at: string;
}

interface ParkedRequest extends ParkedPlace {
  readonly reason: string;
}

export function createInterventions(deps: {
  handler: CommandHandler;
  clock: Clock;
  locks: Locks;
  payments: Payments;
  effects: Pick<EffectStore, 'get' | 'retry' | 'discard' | 'request'>;
  projections: Pick<Projections, 'parked' | 'retryParked' | 'skipParked'>;
}): Interventions {
  const { handler, clock, effects, projections } = deps;

  return {
    retryEffect: (request, context) =>
      intervene({ type: 'RetryEffect', ...request }, ['failed', 'discarded'], reopen, context),
    discardEffect: (request, context) =>
      intervene({ type: 'DiscardEffect', ...request }, ['open', 'failed'], discard, context),
    async retryParked(request, context) {
      return (await isParked(request)) ? retry(request, context) : null;
    },
    async *retryAllParked({ projections: names, reason }, context) {
      const rows = (await projections.parked()).filter(({ projection }) => names.includes(projection));
      yield* each(rows, (place) => retry({ ...place, reason }, context));
    },
    async skipParked(request, context) {
      return (await isParked(request)) ? skip(request, context) : null;
    },
    skipAllParked: ({ parked, reason }, context) => each(parked, (place) => skip({ ...place, reason }, context)),
  };

  async function intervene(
    { type, key, reason }: { type: 'RetryEffect' | 'DiscardEffect'; key: string; reason: string },
    from: readonly EffectStatus[],
    act: (effect: Effect, why: Why, context: CommandContext) => Promise<boolean>,
    context: CommandContext,
  ): Promise<EffectIntervention> {
    const effect = await effects.get(key);
    if (!effect) return { outcome: 'unknown' };
    if (!from.includes(effect.status)) return { outcome: 'refused', effect };
    await recordOperation(deps, (at) => ({ type, key, reason, at }), context);
    const done = await act(effect, { reason, at: clock.now().toISOString() }, context);
    return { outcome: done ? 'done' : 'refused', effect: (await effects.get(key)) ?? effect };
  }

  /**
   * An order whose export was given up takes none until it is `paid` again, and that event opens the effect itself: it may
   * be done before this process comes to it.
   */
  async function reopen(effect: Effect, why: Why, context: CommandContext): Promise<boolean> {
    const { key } = effect;
    const opened = effect.kind === 'export' && (await retryExport(orderIdOf(effect), why, context));
    return (await effects.retry(key)) || opened || (await effects.get(key))?.status === 'open';
  }

  /**
   * The request of a refund ends with it, or what the order owes would wait for it for ever: it has failed, unless the
   * payment provider has made it. So does a delivery, which the partner may have been asked for: an order that is cancelled
   * later needs to know.
   */
  async function discard(effect: Effect, why: Why, context: CommandContext): Promise<boolean> {
    const reason = `discarded: ${why.reason}`;
    if (effect.kind === 'refund') await createRefundHandler(deps).giveUp?.(effect, reason, context);
    if (effect.kind === 'packed' && effect.status === 'open' && (await isDelivered(orderIdOf(effect)))) {
      await giveUpDelivery(deps, orderIdOf(effect), reason, context);
    }
    return effects.discard(effect.key);
  }

  async function isDelivered(orderId: OrderId): Promise<boolean> {
    const { state: order } = await handler.load(orders, orderId);
    return order?.deliveryMethod === 'delivery';
  }

  /** @returns whether the order is to be exported again by that */
  async function retryExport(orderId: OrderId, why: Why, context: CommandContext): Promise<boolean> {
    const handled = await handler.handle(orders, orderId, { type: 'RetryExport', ...why }, context);
    return !isRejection(handled) && handled.events.length > 0;
  }

  async function retry({ projection, stream, reason }: ParkedRequest, context: CommandContext) {
    await recordOperation(deps, (at) => ({ type: 'RetryParkedStream', projection, stream, reason, at }), context);
    return projections.retryParked(projection, stream);
  }

  async function skip({ projection, stream, reason }: ParkedRequest, context: CommandContext) {
    await recordOperation(deps, (at) => ({ type: 'SkipParkedStream', projection, stream, reason, at }), context);
    return projections.skipParked(projection, stream, reason);
  }

  async function isParked({ projection, stream }: ParkedPlace): Promise<boolean> {
    return (await projections.parked()).some((row) => row.projection === projection && row.stream === stream);
  }
}

async function* each(
  parked: readonly ParkedPlace[],
  takeUp: (place: ParkedPlace) => Promise<RetryOutcome | null>,
): AsyncGenerator<TakenUpStream> {
  for (const [index, { projection, stream }] of parked.entries()) {
    const result = await takeUp({ projection, stream });
    if (result) yield { projection, stream, result, done: index + 1, total: parked.length };
  }
}
