import { type Decider, isRejection } from '../../src/domain/shared/decider.js';

/** Folds a history onto a state. */
export function fold<Event, State>(
  decider: Pick<Decider<never, Event, State>, 'evolve' | 'initial'>,
  events: Iterable<Event>,
  from: State = decider.initial,
): State {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}

/** The events of the commands in turn, from an empty stream; every one of them must be accepted. */
export function historyOf<Command extends { type: string }, Event, State>(
  decider: Decider<Command, Event, State>,
  commands: Iterable<Command>,
): Event[] {
  const events: Event[] = [];
  for (const command of commands) {
    const decided = decider.decide(command, fold(decider, events));
    if (isRejection(decided)) throw new Error(`${command.type} was rejected: ${decided.detail}`);
    events.push(...decided);
  }
  return events;
}

/** A command that was accepted, and what it led to. */
export interface Step<Command, Event, State> {
  readonly command: Command;
  readonly before: State;
  readonly events: readonly Event[];
  readonly after: State;
}

/** The commands in turn, from an empty stream; those that are refused change nothing and are left out. */
export function* acceptedSteps<Command, Event, State>(
  decider: Decider<Command, Event, State>,
  commands: Iterable<Command>,
): Generator<Step<Command, Event, State>> {
  let before = decider.initial;
  for (const command of commands) {
    const events = decider.decide(command, before);
    if (isRejection(events)) continue;
    const after = fold(decider, events, before);
    yield { command, before, events, after };
    before = after;
  }
}
