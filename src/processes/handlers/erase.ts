import type { KeyRegister } from '../../commands/privacy/keys.js';
import type { EffectHandler } from '../effects/performer.js';

/**
 * Destroys a key for which there is a receipt. Mostly that is done already; not so when the process that erased died, or
 * when PostgreSQL was restored from a back-up older than the receipt.
 */
export function createEraseHandler(keys: Pick<KeyRegister, 'destroy'>): EffectHandler {
  return { perform: ({ subject: keyId }) => keys.destroy(keyId) };
}
