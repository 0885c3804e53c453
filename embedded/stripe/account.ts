import type { Journal } from '../shared/journal.js';
import type { Charge } from './objects.js';
import { createPayments, type Payments } from './payments.js';
import type { Emit } from './records.js';
import { createRefunds, type Refunds } from './refunds.js';

/** One Stripe account: the state machine of payment intents, charges, refunds and disputes. */
export interface Account extends Payments, Refunds {}

/** @param emit is called once per event, in the order in which things happen */
export function createAccount(journal: Journal, emit: Emit): Account {
  const charges = journal.collection<Charge>('charges');
  const payments = createPayments(journal, charges, emit);
  return { ...payments, ...createRefunds(journal, charges, payments.intent, emit) };
}
