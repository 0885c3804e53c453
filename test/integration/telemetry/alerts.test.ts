import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSmtpMailer, type SmtpMailer } from '../../../src/adapters/mail/smtp-mailer.js';
import type { AlertStore } from '../../../src/adapters/telemetry/alert-window.js';
import { type AlertSettings, createAlerts } from '../../../src/adapters/telemetry/alerts.js';
import { createLogger, type PortalLogger } from '../../../src/adapters/telemetry/logger.js';
import { createMetrics, type PrometheusMetrics } from '../../../src/adapters/telemetry/metrics.js';
import { type Effect, EffectPostponed } from '../../../src/processes/effects/effect.js';
import { owedAlert } from '../../../src/processes/effects/owed-alert.js';
import { createAlertHandler } from '../../../src/processes/handlers/alert.js';
import type { Mailer } from '../../../src/processes/ports/outbound.js';
import { clockAheadBy, timePasses } from '../../support/clock.js';
import { type MailServer, startMailServer } from '../mail/support.js';

let server: MailServer;
let mailer: SmtpMailer;
let printed: string[];
let logger: PortalLogger;
let metrics: PrometheusMetrics;
let captured: { error: unknown; context: Record<string, unknown> }[];

beforeEach(async () => {
  server = await startMailServer();
  printed = [];
  logger = createLogger({
    level: 'info',
    dir: null,
    pretty: false,
    console: { write: (line) => void printed.push(line) },
  });
  mailer = createSmtpMailer({ smtpUrl: server.url, from: 'portal@example.com', logger });
  metrics = createMetrics();
  captured = [];
});
afterEach(async () => {
  mailer.close();
  logger.close();
  await server.close();
});

const windowSeconds = 900;
const alerts = (settings: Partial<AlertSettings> = {}) =>
  createAlerts({
    mailer,
    adminEmail: 'admin@example.com',
    reporter: { capture: (error, context) => void captured.push({ error, context }) },
    metrics,
    logger,
    windowSeconds,
    ...settings,
  });

const outage = {
  kind: 'warehouse-down',
  subject: 'The warehouse does not answer',
  message: 'Five attempts failed.',
  facts: { attempts: 5, email: 'jane@example.com' },
};

const owed: Effect = {
  ...owedAlert({ name: 'x', ...outage }, 'order-1', { correlationId: 'c', causationId: 'e' }),
  status: 'open',
  attempts: 0,
  generation: 0,
  lastError: null,
  createdAt: '',
  updatedAt: '',
};
const context = { correlationId: 'c', causationId: 'e', actor: 'system:alert' };

describe('an alert', () => {
  it('reaches mail, error tracker, log and metric, without customer data', async () => {
    const error = new Error('ECONNREFUSED');
    await alerts().raise({ ...outage, error });

    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]).toMatchObject({ recipients: ['admin@example.com'] });
    expect(server.mails[0]?.parsed.subject).toBe('[VitalLogistics] The warehouse does not answer');
    expect(server.mails[0]?.parsed.text).toContain('attempts: 5');
    expect(captured).toMatchObject([{ error, context: { alert: 'warehouse-down', attempts: 5 } }]);
    expect(await metrics.render()).toContain('portal_alerts_total{kind="warehouse-down"} 1');
    expect(printed.join('')).toContain('The warehouse does not answer');
    expect(JSON.stringify([server.mails[0]?.parsed.text, captured, printed])).not.toContain('jane@');
  });

  it('is raised once per outage, another one apart from it', async () => {
    const { raise } = alerts();
    await Promise.all([raise(outage), raise(outage), raise(outage)]);
    await raise({ ...outage, subject: 'Stripe does not answer' });

    expect(server.mails).toHaveLength(2);
    expect(captured).toHaveLength(2);
    const logged = printed.filter((line) => line.includes('"msg":"The warehouse does not answer"'));
    expect(logged).toHaveLength(3);
  });

  it('comes again after the window, with the number of repeats', async () => {
    const { raise } = alerts();
    for (let times = 0; times < 3; times += 1) await raise(outage);
    expect(server.mails).toHaveLength(1);
    onTestFinished(timePasses(windowSeconds * 1_000).restore);
    await raise(outage);
    expect(server.mails).toHaveLength(2);
    expect(server.mails[1]?.parsed.text).toContain('It happened 2 more times');
  });

  it('comes again in time when the clock is put back meanwhile', async () => {
    const clock = clockAheadBy(60 * 60 * 1_000);
    try {
      const { raise } = alerts();
      await raise(outage);
      clock.putAheadBy(0);
      onTestFinished(timePasses(windowSeconds * 1_000).restore);
      await raise(outage);
      expect(server.mails).toHaveLength(2);
    } finally {
      clock.restore();
    }
  });

  it('never throws, and is mailed again soon when the mail did not get out', async () => {
    const { raise } = alerts({ windowSeconds: 1 });
    server.refusals.push({ code: 550, text: 'no' });
    await raise(outage);
    expect(server.mails).toEqual([]);
    expect(printed.join('')).toContain('alert mail was not sent');
    await expect.poll(() => raise(outage).then(() => server.mails.length), { timeout: 5_000 }).toBe(1);
  });

  it('is still mailed when the tracker fails', async () => {
    const reporter = {
      capture: () => {
        throw new Error('tracker');
      },
    };
    await alerts({ reporter }).raise(outage);
    expect(server.mails).toHaveLength(1);
    expect(printed.join('')).toContain('alert could not be raised');
  });
});

describe('an alert that an effect owes', () => {
  it('is owed until a mail server has taken it, and all others hear of it once', async () => {
    const handler = createAlertHandler(alerts({ windowSeconds: 1 }));
    server.refusals.push({ code: 451, text: 'later' });
    await expect(handler.perform(owed, context)).rejects.toBeInstanceOf(EffectPostponed);
    expect(server.mails).toEqual([]);
    await sleep(1_100);
    await handler.perform(owed, context);
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]?.parsed.text).toContain('Five attempts failed.');
    expect(captured).toHaveLength(1);
    expect(await metrics.render()).toContain('portal_alerts_total{kind="warehouse-down"} 1');
  });

  it('is done when an equal one went out a moment ago', async () => {
    const { raise } = alerts();
    await raise(outage);
    await createAlertHandler({ raise }).perform(owed, context);
    expect(server.mails).toHaveLength(1);
  });
});

describe('with a store shared by several processes', () => {
  const kept = new Map<string, string>();
  const store: AlertStore = {
    get: async (key) => kept.get(key) ?? null,
    async set(key: string, value: string, _expiry: 'EX', _seconds: number, condition: 'NX' | 'XX') {
      if (kept.has(key) === (condition === 'NX')) return null;
      kept.set(key, value);
      return 'OK';
    },
    expire: async () => 1,
  };
  beforeEach(() => kept.clear());

  it('one of them raises the alert', async () => {
    await Promise.all([alerts({ redis: store }).raise(outage), alerts({ redis: store }).raise(outage)]);
    expect(server.mails).toHaveLength(1);
  });

  it('one that dies while it tells of an alert leaves it to the next, which goes on with the same effect', async () => {
    const begun = await new Promise<string>((begin) => {
      const dying: Mailer = { send: ({ messageId }) => new Promise(() => begin(messageId)) };
      void createAlertHandler(alerts({ redis: store, mailer: dying })).perform(owed, context);
    });
    const others = alerts({ redis: store });
    expect(await others.raise({ ...outage, owner: 'alert:y' })).toBe('repeated');
    await createAlertHandler(others).perform(owed, context);
    // It may have gone out after all: whoever gets both knows them as one.
    expect(server.mails.map(({ parsed }) => parsed.messageId)).toEqual([begun]);
  });

  it('one that has told of an alert, and could not keep that, does not tell again, nor does another in its place', async () => {
    const both = [alerts({ redis: store }), alerts({ redis: store })];
    for (const each of [...both, ...both]) await createAlertHandler(each).perform(owed, context);
    expect(server.mails).toHaveLength(1);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('READONLY'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('that %s, each decides alone', async (_, answer) => {
    const broken: AlertStore = { get: answer, set: answer, expire: answer };
    await alerts({ redis: broken }).raise(outage);
    expect(server.mails).toHaveLength(1);
  });
});
