import type { OrderCommand } from '../../src/domain/order/commands.js';
import { orderDecider } from '../../src/domain/order/decider.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import { isRejection } from '../../src/domain/shared/decider.js';

/** The events of the commands in turn, each of which must be accepted. */
export function orderHistory(commands: Iterable<OrderCommand>): OrderEvent[] {
  const events: OrderEvent[] = [];
  for (const command of commands) {
    const decided = orderDecider.decide(command, events.reduce(orderDecider.evolve, orderDecider.initial));
    if (isRejection(decided)) throw new Error(decided.detail);
    events.push(...decided);
  }
  return events;
}
