import { privacy } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { KeyRegister } from '../../commands/privacy/keys.js';
import { EffectImpossible } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';

/**
 * Destroys a key for which there is a receipt. Mostly that is done already; not so when the process that erased died, or
 * when PostgreSQL was restored from a back-up older than the receipt.
 */
export function createEraseHandler(deps: {
  handler: CommandHandler;
  keys: Pick<KeyRegister, 'destroy'>;
}): EffectHandler {
  return {
    async perform({ subject: keyId }) {
      const { state: receipt } = await deps.handler.load(privacy, keyId);
      if (!receipt) throw new EffectImpossible('there is no receipt for the erasure of this key');
      await deps.keys.destroy(keyId);
    },
  };
}
