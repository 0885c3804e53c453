import { isRejection } from '../domain/shared/decider.js';
import { brands } from './aggregates.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { CommandContext, Outcome } from './use-cases.js';

/** Sets a brand's own share of its sales, or returns it to the default rule. Orders already paid keep theirs. */
export async function overrideBrandShare(
  deps: { handler: CommandHandler; clock: Clock },
  request: { brandId: string; brandShareBps: number | null; reason: string },
  context: CommandContext,
): Promise<Outcome<{ brandId: string }>> {
  const { brandId, brandShareBps, reason } = request;
  const at = deps.clock.now().toISOString();
  const command = { type: 'OverrideShare', brandShareBps, reason, at } as const;
  const handled = await deps.handler.handle(brands, brandId, command, context);
  return isRejection(handled) ? handled : { value: { brandId }, position: handled.position };
}
