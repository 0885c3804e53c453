import { Type } from 'typebox';
import type { AsOf } from '../commands/histories.js';
import { instantPattern } from '../domain/shared/instant.js';
import { instant } from './instant.js';

/** A moment of a stream's life in a query string: a revision, or a date or time. */
export const Moment = Type.String({
  pattern: `^(\\d{1,9}|${instantPattern})$`,
  maxLength: 40,
  description: 'A revision (of an event), or a time up to which everything recorded counts',
  examples: ['3', '2026-03-01T09:30:00Z'],
});

/** @throws Problem when the calendar has no such moment */
export function momentOf(name: string, text: string): AsOf {
  return /^\d{1,9}$/.test(text) ? { revision: Number(text) } : { time: instant(name, text) };
}
