import type { CommandContext } from '../commands/use-cases.js';
import type { Portal } from '../compose.js';

/** Of a command that nobody has asked for: it begins a correlation of its own. */
export function systemContext({ ids }: Pick<Portal, 'ids'>, actor: string): CommandContext {
  const id = ids.next();
  return { correlationId: id, causationId: id, actor: `system:${actor}` };
}
