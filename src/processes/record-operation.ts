import { operations } from '../commands/aggregates.js';
import type { CommandHandler } from '../commands/handler.js';
import type { Clock } from '../commands/ports.js';
import type { CommandContext } from '../commands/use-cases.js';
import type { OperationsCommand } from '../domain/operations/decider.js';

/** Records what an operator is about to do by hand, in the stream `operations-{date}`. */
export async function recordOperation(
  deps: { handler: CommandHandler; clock: Clock },
  command: (at: string) => OperationsCommand,
  context: CommandContext,
): Promise<void> {
  const at = deps.clock.now().toISOString();
  await deps.handler.handle(operations, at.slice(0, 10), command(at), context);
}
