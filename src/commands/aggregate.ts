import type { Decider } from '../domain/shared/decider.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';

/** A decider and the stream category its instances live in: `{category}-{id}`. */
export interface Aggregate<Command, Event extends DomainEvent, State, Id extends string = string> {
  readonly category: string;
  /** Takes what follows the category in the name of a stream for the id of its instance. */
  asId(text: string): Id;
  readonly decider: Decider<Command, Event, State>;
  /**
   * What an event that cannot be read or applied leaves of the state, for streams that must go on in spite of it: the
   * record of what was done, of which later commands need little. Without it such an event stops the stream.
   */
  evolveUnreadable?(state: State, data: unknown): State;
}
