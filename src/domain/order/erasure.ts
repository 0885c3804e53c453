import { type Decision, nothing } from '../shared/decider.js';
import { erasedText } from '../shared/personal-data.js';
import type { EraseCustomerData, OrderCommand } from './commands.js';
import type { OrderEvent } from './events.js';
import type { Order, OrderState } from './state.js';

/** Takes the customer and the address out of the order, whatever its status. */
export function eraseCustomerData({ at }: EraseCustomerData, order: Order): Decision<OrderEvent> {
  return order.erasedAt === null ? [{ type: 'CustomerDataErased', data: { erasedAt: at } }] : nothing;
}

/** Shorter words stand in too many texts that have nothing to do with the customer. */
const minWord = 4;
const masked = '[personal]';
const anyEmail = /[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi;

/**
 * The command with every mention of the order's customer taken out of its reason. Reasons come from operators, mail
 * servers and the warehouse, are kept in plain text, and outlive the customer's data.
 */
export function withoutPersonalText<Command extends OrderCommand>(command: Command, state: OrderState): Command {
  if (!('reason' in command) || typeof command.reason !== 'string') return command;
  const words = state ? wordsOf(state) : [];
  const reason = words.reduce((text, word) => text.replace(word, masked), command.reason.replace(anyEmail, masked));
  return { ...command, reason };
}

function wordsOf({ customer, shippingAddress }: Order): RegExp[] {
  const { name, companyName, email, phone } = customer;
  const { street1, street2 } = shippingAddress;
  const whole = [name, companyName, email, phone, street1, street2 ?? ''].map((text) => text.trim()).filter(isTelling);
  // A surname alone is told from a word of the language by its capital, and by standing alone.
  const parts = (name.match(/[\p{L}\p{M}'’-]+/gu) ?? []).filter(isTelling);
  return [
    ...whole.map((text) => new RegExp(literal(text), 'gi')),
    ...parts.map((part) => new RegExp(`(?<!\\p{L})${literal(part)}(?!\\p{L})`, 'gu')),
  ];
}

function isTelling(text: string): boolean {
  return text.length >= minWord && text !== erasedText;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
