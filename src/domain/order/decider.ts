import type { Decider } from '../shared/decider.js';
import type { OrderCommand } from './commands.js';
import { decide } from './decide.js';
import type { OrderEvent } from './events.js';
import { evolve } from './evolve.js';
import type { OrderState } from './state.js';

/** The order aggregate: stream `order-{orderId}`. */
export const orderDecider: Decider<OrderCommand, OrderEvent, OrderState> = { initial: null, evolve, decide };
