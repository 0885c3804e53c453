import { Type } from 'typebox';
import { Instant } from './fields.js';

/** A stream's events as recorded, oldest first. */
export const historyFields = {
  events: Type.Array(
    Type.Object({
      revision: Type.Integer(),
      type: Type.String(),
      data: Type.Unknown(),
      recordedAt: Instant,
      actor: Type.String(),
      correlationId: Type.String(),
      causationId: Type.String(),
      hash: Type.String({ description: 'SHA-256 over the event and the hash before it' }),
    }),
  ),
  verified: Type.Boolean({ description: 'Whether the hash chain holds' }),
};
