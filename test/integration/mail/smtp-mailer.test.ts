import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailTemplates } from '../../../src/adapters/mail/mail-templates.js';
import { createSmtpMailer, type SmtpMailer } from '../../../src/adapters/mail/smtp-mailer.js';
import { createLogger, type PortalLogger } from '../../../src/adapters/telemetry/logger.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { type MailServer, startMailServer } from './support.js';

let server: MailServer;
let printed: string[];
let logger: PortalLogger;
let mailers: SmtpMailer[];

beforeEach(async () => {
  server = await startMailServer();
  printed = [];
  logger = createLogger({
    level: 'info',
    dir: null,
    pretty: false,
    console: { write: (line) => void printed.push(line) },
  });
  mailers = [];
});
afterEach(async () => {
  for (const mailer of mailers) mailer.close();
  logger.close();
  await server.close();
});

function connect(smtpUrl = server.url): SmtpMailer {
  const mailer = createSmtpMailer({ smtpUrl, from: 'Portal <portal@example.com>', logger });
  mailers.push(mailer);
  return mailer;
}

const mail = {
  to: 'jane@example.com',
  subject: 'Your order VL-1001 is confirmed',
  html: '<p>Thank you</p>',
  text: 'Thank you\n',
  messageId: '<order-confirmation.o-1@portal>',
};

describe('a mail', () => {
  it('arrives with both bodies and its own Message-ID', async () => {
    await connect().send(mail);
    expect(server.mails).toMatchObject([
      {
        recipients: ['jane@example.com'],
        parsed: {
          subject: mail.subject,
          text: 'Thank you\n',
          html: '<p>Thank you</p>',
          messageId: '<order-confirmation.o-1@portal>',
          from: { value: [{ name: 'Portal', address: 'portal@example.com' }] },
        },
      },
    ]);
    expect(server.mails[0]?.parsed.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('is taken by a server on this machine whose certificate nobody vouches for', async () => {
    const own = await startMailServer({ disabledCommands: [] });
    try {
      await connect(own.url).send(mail);
      expect(own.mails).toHaveLength(1);
    } finally {
      await own.close();
    }
  });

  it('keeps its Message-ID when it is sent again', async () => {
    const mailer = connect();
    await mailer.send(mail);
    await mailer.send(mail);
    expect(new Set(server.mails.map(({ parsed }) => parsed.messageId)).size).toBe(1);
  });

  it('carries a rendered template unharmed', async () => {
    const rendered = createMailTemplates().render('shipped', {
      orderId: asOrderId('o-1'),
      orderNumber: 'VL-1001',
      customerName: 'Zoë Müller',
      companyName: 'Grün & Söhne',
      lineItems: [{ name: 'Blüte', sku: asSku('S-1'), quantity: 2, unitPrice: 1_000, lineTotal: 2_000 }],
      total: 2_000,
      paid: true,
      refundedTotal: 0,
      currency: 'USD',
      deliveryMethod: 'delivery',
      trackingNumber: '1Z999',
      carrier: 'UPS',
      cancelReason: null,
    });
    await connect().send({ ...mail, ...rendered });
    expect(server.mails[0]?.parsed.subject).toBe('Your order VL-1001 is on its way');
    expect(server.mails[0]?.parsed.text).toBe(rendered.text);
    expect(server.mails[0]?.parsed.html).toContain('Zoë Müller');
  });

  it('goes to one receiver and adds no header, whatever the address or subject holds', async () => {
    const mailer = connect();
    await mailer.send({ ...mail, subject: 'Hello\r\nBcc: thief@example.com' });
    await mailer.send({ ...mail, to: 'jane@example.com, thief@example.com' }).catch(() => {});
    await mailer.send({ ...mail, to: 'jane@example.com>\r\nRCPT TO:<thief@example.com' }).catch(() => {});
    for (const { recipients, parsed } of server.mails) {
      expect(recipients).not.toContain('thief@example.com');
      expect(parsed.bcc).toBeUndefined();
    }
  });

  it('leaves no address in the log', async () => {
    const mailer = connect();
    await mailer.send(mail);
    server.refusals.push({ code: 550, text: 'no such user jane@example.com' });
    await mailer.send(mail).catch(() => {});
    expect(printed.join('')).toContain(mail.messageId);
    expect(printed.join('')).not.toContain('jane@');
  });
});

describe('many mails', () => {
  it('share a few connections', async () => {
    const mailer = connect();
    await Promise.all(
      Array.from({ length: 40 }, (_, number) => mailer.send({ ...mail, messageId: `<${number}@portal>` })),
    );
    expect(server.mails).toHaveLength(40);
    expect(server.connections).toBeLessThanOrEqual(3);
  });
});

describe('a mail that is not taken', () => {
  it.each([
    [450, false],
    [421, false],
    [550, true],
    [554, true],
  ])('with reply %i: final %s', async (code, final) => {
    server.refusals.push({ code, text: 'no' });
    await expect(connect().send(mail)).rejects.toMatchObject({ name: 'MailError', final });
  });

  it('because nobody listens can be sent later', async () => {
    await expect(connect('smtp://127.0.0.1:9').send(mail)).rejects.toMatchObject({ name: 'MailError', final: false });
  });

  it('because the server refuses whoever connects can be sent later', async () => {
    const closed = await startMailServer({ onConnect: (_session, done) => done(new Error('no service here')) });
    try {
      await expect(connect(closed.url).send(mail)).rejects.toMatchObject({ name: 'MailError', final: false });
    } finally {
      await closed.close();
    }
  });

  it.each([
    [530, 'authentication required', false],
    [550, 'sender rejected', false],
    [552, 'message size exceeds the limit', true],
  ])('because of its sender, with reply %i %s: final %s', async (code, text, final) => {
    const choosy = await startMailServer({
      onMailFrom: (_address, _session, done) => done(Object.assign(new Error(text), { responseCode: code })),
    });
    try {
      await expect(connect(choosy.url).send(mail)).rejects.toMatchObject({ name: 'MailError', final });
    } finally {
      await choosy.close();
    }
  });

  it('because of wrong credentials can be sent once they are right', async () => {
    const strict = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'portal' && password === 'right') done(null, { user: username });
        else done(new Error('wrong'));
      },
    });
    try {
      const at = strict.url.replace('smtp://', '');
      await expect(connect(`smtp://portal:wrong@${at}`).send(mail)).rejects.toMatchObject({ final: false });
      await connect(`smtp://portal:right@${at}`).send(mail);
      expect(strict.mails).toHaveLength(1);
    } finally {
      for (const mailer of mailers) mailer.close();
      await strict.close();
    }
  });
});
