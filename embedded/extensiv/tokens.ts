import { randomBytes } from 'node:crypto';

export interface Tokens {
  readonly lifetimeSeconds: number;
  issue(): string;
  accepts(authorization: string | undefined): boolean;
  revokeAll(): void;
}

/** Access tokens, valid until they expire or are revoked. They do not outlive the process. */
export function createTokens(lifetimeSeconds: number, now: () => Date): Tokens {
  const expiries = new Map<string, number>();
  return {
    lifetimeSeconds,
    issue() {
      for (const [token, expiry] of expiries) if (expiry <= now().getTime()) expiries.delete(token);
      const token = randomBytes(24).toString('base64url');
      expiries.set(token, now().getTime() + lifetimeSeconds * 1000);
      return token;
    },
    accepts(authorization) {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      return token !== undefined && (expiries.get(token) ?? 0) > now().getTime();
    },
    revokeAll: () => expiries.clear(),
  };
}
