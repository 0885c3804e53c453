import { isTransient, messageOf } from '../../commands/failures.js';
import type { ErrorReporter, Logger } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { JobRun } from '../ports/job-queue.js';
import { isOfNeighbour } from '../ports/neighbours.js';
import { type Effect, EffectImpossible, type EffectKind, EffectPostponed } from './effect.js';
import { owedAlert } from './owed-alert.js';
import type { EffectStore } from './store.js';

/**
 * Performs one kind of effect. `perform` may run more than once for the same effect and must find out from the streams
 * what is done already. `giveUp` records that it will not be done.
 */
export interface EffectHandler {
  perform(effect: Effect, context: CommandContext): Promise<void>;
  giveUp?(effect: Effect, reason: string, context: CommandContext): Promise<void>;
}

export type EffectHandlers = Readonly<Record<EffectKind, EffectHandler>>;

/** The same handlers, with something around what each of them performs. */
export function aroundEach(
  handlers: EffectHandlers,
  around: (effect: Effect, context: CommandContext, perform: () => Promise<void>) => Promise<void>,
): EffectHandlers {
  const wrapped = Object.entries(handlers).map(([kind, handler]): [string, EffectHandler] => [
    kind,
    { ...handler, perform: (effect, context) => around(effect, context, () => handler.perform(effect, context)) },
  ]);
  return { ...handlers, ...Object.fromEntries(wrapped) };
}

/** Pause before an effect is tried again after an outage of our own stores, milliseconds. */
const storeAwayMs = 5_000;

/**
 * Runs the effect a job carries, and closes its row when done.
 *
 * @throws EffectPostponed to be run again later; EffectImpossible when it has failed for good; any other error for the
 * queue to try again, while it has attempts left
 */
export function createPerformer(deps: {
  store: EffectStore;
  handlers: EffectHandlers;
  logger: Logger;
  reporter: ErrorReporter;
}): (run: JobRun) => Promise<void> {
  const { store, logger, reporter } = deps;

  return async (run) => {
    const effect = await store.owed(run.data.key);
    if (!effect) return;
    const context: CommandContext = {
      correlationId: effect.payload.correlationId,
      causationId: effect.causedBy,
      actor: `system:${effect.kind}`,
    };
    const { correlationId, causationId } = context;
    const { orderId } = effect.payload;
    const facts = { correlationId, causationId, orderId, effect: effect.key, jobId: run.id, attempt: run.attempt };
    try {
      await deps.handlers[effect.kind].perform(effect, context);
      await store.done(effect);
      logger.info(facts, 'effect done');
    } catch (error) {
      const reason = messageOf(error);
      if (error instanceof EffectPostponed) throw await postponed(effect, error);
      if (isStoreAway(error)) {
        logger.warn({ ...facts, err: error }, 'effect waits for a store');
        throw await postponed(effect, new EffectPostponed(storeAwayMs, reason));
      }
      reporter.capture(error, facts);
      await store.attemptFailed(effect, reason);
      if (run.lastAttempt || error instanceof EffectImpossible) {
        logger.error({ ...facts, err: error }, 'effect failed for good');
        await giveUp(effect, reason, context);
      } else logger.warn({ ...facts, err: error }, 'effect failed, will be tried again');
      throw error;
    }
  };

  /** What it waits for is for operators to read; where it cannot be written down, it waits all the same. */
  async function postponed(effect: Effect, until: EffectPostponed): Promise<EffectPostponed> {
    await store.postponed(effect, until.message).catch((error: unknown) => {
      logger.warn({ effect: effect.key, err: error }, 'what an effect waits for could not be kept');
    });
    return until;
  }

  async function giveUp(effect: Effect, reason: string, context: CommandContext): Promise<void> {
    const handler = deps.handlers[effect.kind];
    if (handler.giveUp) await handler.giveUp(effect, reason, context);
    else if (effect.kind !== 'alert') await store.request([unperformed(effect, reason, context)]);
    await store.failed(effect, reason);
  }
}

/** An outage of our own is no failure of an effect: it would use up every attempt, and is over some time. */
function isStoreAway(error: unknown): boolean {
  return isTransient(error) && !isOfNeighbour(error) && !(error instanceof EffectImpossible);
}

/** The alert of an effect whose failure no event records. */
function unperformed({ key, kind, subject, generation }: Effect, reason: string, context: CommandContext) {
  const alert = {
    name: `${key}:g${generation}`,
    kind: 'effect-failed',
    subject: `effect ${key} failed`,
    message: `${kind} failed for good and waits for an operator`,
    facts: { reason, orderId: subject },
  };
  return owedAlert(alert, subject, context);
}
