import { isUnset } from './part.js';
import type { PortalAddress } from './portal-address.js';
import type { Secrets } from './secrets.js';

/** The portal's environment before any part has told its settings: what was given, and what stands in for the rest. */
export function portalSettings(
  given: NodeJS.ProcessEnv,
  { dataDir, address, secrets }: { dataDir: string; address: PortalAddress; secrets: Secrets },
): Record<string, string> {
  return {
    ...definedOnly(given),
    ...generatedSettings(given, secrets),
    HOST: address.host,
    PORT: String(address.port),
    DATA_DIR: dataDir,
    // No part stands for it, and a portal of one machine needs no settings.
    ADMIN_EMAIL: given.ADMIN_EMAIL || 'admin@vitallogistics.example',
  };
}

/**
 * Keys of the portal, and its names at partners, that nobody has set; they stay the same from start to start. At Stripe
 * itself nothing stands for a missing secret: no webhook would be taken, and nobody would see why.
 */
function generatedSettings(given: NodeJS.ProcessEnv, secrets: Secrets): Record<string, string> {
  const payments: Record<string, () => string> = {
    STRIPE_SECRET_KEY: () => secrets.get('stripeSecretKey', 'sk_test_'),
    STRIPE_WEBHOOK_SECRET: () => secrets.get('stripeWebhookSecret', 'whsec_'),
  };
  const made: Record<string, () => string> = {
    PRIVACY_MASTER_KEY: () => secrets.key('privacyMasterKey'),
    AUDIT_SIGNING_KEY: () => secrets.key('auditSigningKey'),
    EXTENSIV_CLIENT_ID: () => 'portal',
    EXTENSIV_CLIENT_SECRET: () => secrets.get('extensivClientSecret'),
    ...(isUnset(given, 'STRIPE_API_BASE') ? {} : payments),
  };
  const missing = Object.entries(made).filter(([name]) => isUnset(given, name) && isUnset(given, `${name}_FILE`));
  return Object.fromEntries(missing.map(([name, make]) => [name, make()]));
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== ''),
  );
}
