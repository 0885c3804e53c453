import { Type } from 'typebox';
import { count, Instant, pageLimit, phrase } from './fields.js';

/** Events of one page of a history: an answer of a few megabytes, and all of nearly every history. */
const maxEvents = 5_000;

/** Whoever does not ask for pages has a history in one piece as long as it fits. */
export const HistoryLimit = pageLimit('Events', { maximum: maxEvents, usual: maxEvents, example: 200 });

/** A stream's events as recorded, oldest first. */
export const historyFields = {
  events: Type.Array(
    Type.Object({
      revision: count('The first event has 0', 2),
      type: phrase('What happened', 'StockReserved'),
      data: Type.Unknown({ description: "The event's own facts", examples: [{ quantity: 2 }] }),
      unreadable: Type.Optional(
        phrase(
          'Why `data` are not all that was recorded, or not sure to be understood; absent when all is well',
          'it has schema version 3, this release knows up to 2',
        ),
      ),
      recordedAt: Instant,
      actor: phrase('Who did it', 'buyer:auth0|42'),
      correlationId: phrase('The same for all that one request set off', '7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11'),
      causationId: phrase('What asked for it', '0a4b6c1e-8d0f-4b86-8a10-3c2f8a1f2b77'),
      hash: phrase(
        'SHA-256 over the event and the hash before it',
        '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      ),
    }),
    { description: 'As recorded, oldest first' },
  ),
  verified: Type.Boolean({ description: 'Whether the hash chain holds' }),
  fault: Type.Optional(
    Type.Object(
      {
        revision: count('Of the event', 2),
        reason: phrase('What is wrong with it', 'it does not follow the event before it'),
      },
      { description: 'The first event that does not fit into the hash chain; absent when the chain holds' },
    ),
  ),
};
