import type { BrandId } from '../domain/shared/ids.js';
import { brands } from './aggregates.js';
import { type CommandHandler, outcomeOf } from './handler.js';
import type { Clock } from './ports.js';
import type { BrandShareRequest, CommandContext, Outcome } from './use-cases.js';

/** Sets a brand's own share of its sales, or returns it to the default rule. Orders already paid keep theirs. */
export async function overrideBrandShare(
  { handler, clock }: { handler: CommandHandler; clock: Clock },
  { brandId, brandShareBps, reason }: BrandShareRequest,
  context: CommandContext,
): Promise<Outcome<{ brandId: BrandId }>> {
  const command = { type: 'OverrideShare', brandShareBps, reason, at: clock.now().toISOString() } as const;
  return outcomeOf(await handler.handle(brands, brandId, command, context), { brandId });
}
