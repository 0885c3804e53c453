import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubText } from '../../../src/adapters/telemetry/scrub.js';

const text = (characters: string, minLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength: 40 });
const word = text('abcxyzABCXYZ0123456789', 8);
const name = text('abcxyz0123456789', 3);

/** Each kind of secret as it stands in a text, and the part of it that must not be left. */
const kinds: Record<string, fc.Arbitrary<{ written: string; secret: string }>> = {
  'a password in an address': fc
    .tuple(fc.mixedCase(fc.constantFrom('https', 'postgres', 'redis')), word)
    .map(([scheme, secret]) => ({ written: `${scheme}://portal:${secret}@db:5432/portal`, secret })),
  'a credential of HTTP': fc
    .tuple(fc.mixedCase(fc.constantFrom('bearer', 'basic')), fc.constantFrom(' ', '  ', '\t', '\n'), word)
    .map(([scheme, gap, secret]) => ({ written: `${scheme}${gap}${secret}`, secret })),
  'a key of Stripe': fc
    .tuple(fc.constantFrom('sk_live_', 'rk_test_', 'pk_live_', 'whsec_'), word)
    .map(([kind, secret]) => ({ written: kind + secret, secret })),
  'a client secret of Stripe': fc
    .tuple(word, word)
    .map(([intent, secret]) => ({ written: `pi_${intent}_secret_${secret}`, secret })),
  'a JSON web token': fc
    .tuple(word, word, word)
    .map(([header, payload, secret]) => ({ written: `eyJ${header}.eyJ${payload}.${secret}`, secret })),
  'a value that PostgreSQL could not read': word.map((secret) => ({
    written: `invalid input syntax for type uuid: "${secret}"`,
    secret,
  })),
  'a mail address': fc
    .tuple(fc.mixedCase(name), fc.mixedCase(fc.constantFrom('example.com', 'a.b-c.org')))
    .map(([secret, domain]) => ({ written: `${secret}@${domain}`, secret: `${secret}@${domain}` })),
};

/** Ends and begins with what parts words, as texts do around an address or a key. */
const around = fc.string({ maxLength: 60 }).map((random) => random.replace(/[@"]/g, ''));

describe('a text keeps nothing of', () => {
  it.each(Object.entries(kinds))('%s, whatever stands around it', (_, kind) => {
    fc.assert(
      fc.property(kind, around, around, ({ written, secret }, before, after) => {
        const scrubbed = scrubText(`${before} ${written} ${after}`);
        expect(scrubbed).toContain('[redacted]');
        expect(scrubbed.slice(before.length, scrubbed.length - after.length)).not.toContain(secret);
      }),
    );
  });
});

it('a text without any of them stays as it is', () => {
  for (const plain of [
    'request completed',
    '300e77ab-ed90-4be6-b7ea-a0f362e75cbc',
    '/api/v1/orders/:id',
    'unsecretly',
  ]) {
    expect(scrubText(plain)).toBe(plain);
  }
});
