import type { Logger } from '../../commands/ports.js';
import { CallFailure } from './call-failure.js';

/** The rows of a list that can be read; the others are logged and passed over, so that one cannot hide the rest. */
export function readableRows<Row>(rows: readonly unknown[], logger: Logger, read: (row: unknown) => Row): Row[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      logger.warn({ reason: error.message }, 'a row of the warehouse is passed over');
      return [];
    }
  });
}
