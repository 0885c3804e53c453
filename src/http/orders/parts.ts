import type { Histories } from '../../commands/histories.js';
import type { UseCases } from '../../commands/use-cases.js';
import type { Queries } from '../../projections/queries.js';
import type { Limits } from '../options.js';

/** What the routes of orders are made of. */
export interface OrderParts {
  readonly useCases: UseCases;
  readonly queries: Queries;
  readonly histories: Histories;
  readonly limits: Limits;
}
