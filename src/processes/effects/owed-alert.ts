import type { CommandContext } from '../../commands/use-cases.js';
import type { EffectRequest } from './effect.js';

/** What the operators are to be told because of something that no event says. */
export interface OwedAlert {
  /** Equal names are one alert, for ever. */
  readonly name: string;
  readonly kind: string;
  /** Equal subjects are one mail, within a while. */
  readonly subject: string;
  readonly message: string;
  /** No customer data. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * An alert as an effect: owed until a mail server has taken it.
 *
 * @param about id of the order or run it is about
 */
export function owedAlert(
  { name, kind, subject, message, facts }: OwedAlert,
  about: string,
  { correlationId, causationId }: Pick<CommandContext, 'correlationId' | 'causationId'>,
): EffectRequest {
  return {
    key: `alert:${name}`,
    kind: 'alert',
    subject: about,
    payload: { correlationId, alertKind: kind, alertSubject: subject, message, facts },
    causedBy: causationId,
  };
}
