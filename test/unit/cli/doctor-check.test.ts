import { afterEach, expect, it, vi } from 'vitest';
import { examine, failed, hiding } from '../../../src/cli/doctor/check.js';
import { loadConfig } from '../../../src/config.js';
import { settingsToNowhere } from '../../support/settings.js';

afterEach(() => void vi.useRealTimers());

const secrets = {
  EXTENSIV_CLIENT_SECRET: 'client-secret',
  STRIPE_WEBHOOK_SECRET: 'said',
  SMTP_URL: 'smtp://portal:p%40ssw0rd@mail.example:25',
};
const hide = hiding(loadConfig({ ...settingsToNowhere, ...secrets }));

it('a check tells no secret that a server repeats, nor any password of a URL', async () => {
  const said = 'client-secret and p@ssw0rd are wrong, said the server';
  expect(await examine('mail server', 'ask', async () => failed(said, 'mend'), hide)).toEqual({
    check: 'mail server',
    state: 'failed',
    // What is so short may be any word.
    detail: '[redacted] and [redacted] are wrong, said the server',
    mend: 'mend',
  });
});

it('a check that throws says why in a line', async () => {
  const look = () => Promise.reject(new Error('client-secret is wrong\nat once'));
  const found = { check: 'x', state: 'failed', detail: '[redacted] is wrong', mend: 'ask' };
  expect(await examine('x', 'ask', look, hide)).toEqual(found);
});

it('a check without an answer has an end', async () => {
  vi.useFakeTimers();
  const checked = examine('x', 'ask', () => new Promise(() => undefined), hide);
  vi.advanceTimersByTime(10_000);
  expect(await checked).toEqual({ check: 'x', state: 'failed', detail: 'no answer within 10 s', mend: 'ask' });
});
