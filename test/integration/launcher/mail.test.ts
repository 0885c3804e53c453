import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailCatcher, startMailCatcher } from '../../../embedded/mail/catcher.js';
import type { Message } from '../../../embedded/mail/message.js';

describe('the mail catcher', () => {
  let dataDir: string;
  let catcher: MailCatcher;
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'portal-mail-'));
    catcher = await open();
  });
  afterEach(async () => {
    await catcher.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const open = (maxMessages?: number) =>
    startMailCatcher({ smtpPort: 0, httpPort: 0, dataDir, ...(maxMessages === undefined ? {} : { maxMessages }) });
  const send = (mail: SendMailOptions) =>
    nodemailer
      .createTransport(catcher.smtpUrl)
      .sendMail({ from: '"Portal" <orders@example.com>', to: 'buyer@example.com', ...mail });
  const get = (url: string) => fetch(`${catcher.pageUrl}${url}`);
  const list = async (query = ''): Promise<Message[]> =>
    ((await (await get(`/api/messages${query}`)).json()) as { items: Message[] }).items;

  it('takes a mail by SMTP and returns it as JSON', async () => {
    await send({
      subject: 'Order café is paid',
      messageId: '<order-1.paid@example.com>',
      text: 'Thank you.',
      html: '<p>Thank <b>you</b>.</p>',
      bcc: 'archive@example.com',
    });
    expect(await list()).toEqual([
      expect.objectContaining({
        from: '"Portal" <orders@example.com>',
        to: 'buyer@example.com, archive@example.com',
        subject: 'Order café is paid',
        messageId: '<order-1.paid@example.com>',
        text: 'Thank you.',
        html: '<p>Thank <b>you</b>.</p>',
      }),
    ]);
    expect(new Date((await list())[0]!.date).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('finds mails by recipient and by subject, newest first', async () => {
    await send({ subject: 'first', to: 'a@example.com' });
    await send({ subject: 'second', to: 'b@example.com' });
    await send({ subject: 'another first', to: 'b@example.com' });
    const subjects = async (query: string) => (await list(query)).map(({ subject }) => subject);
    expect(await subjects('')).toEqual(['another first', 'second', 'first']);
    expect(await subjects('?to=B@example.com')).toEqual(['another first', 'second']);
    expect(await subjects('?to=b@example.com&subject=first')).toEqual(['another first']);
  });

  it('shows a mail on its page without letting its scripts run', async () => {
    await send({ subject: 'hostile', html: '<script>alert(1)</script><a href="https://example.com">link</a>' });
    const [{ id } = { id: '' }] = await list();
    const page = await get('/');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('Caught mail');
    const mail = await get(`/messages/${id}/html`);
    const policy = mail.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/sandbox(?!.*allow-scripts)/);
    expect(await (await get(`/messages/${id}/raw`)).text()).toContain('Subject: hostile');
    expect((await get('/messages/unknown/html')).status).toBe(404);
  });

  it('shows yesterday’s mails after a restart, with recipients only the envelope named', async () => {
    await send({ subject: 'kept', bcc: 'archive@example.com' });
    const before = await list();
    await catcher.close();
    catcher = await open();
    expect(await list()).toEqual(before);
    expect(before[0]!.to).toContain('archive@example.com');
  });

  it('keeps the newest mails when there are too many, also on disk', async () => {
    await catcher.close();
    catcher = await open(2);
    for (const subject of ['one', 'two', 'three']) await send({ subject });
    expect((await list()).map(({ subject }) => subject)).toEqual(['three', 'two']);
    await catcher.close();
    catcher = await open(1);
    expect((await list()).map(({ subject }) => subject)).toEqual(['three']);
  });

  it('forgets all mails on request', async () => {
    await send({ subject: 'gone' });
    expect((await fetch(`${catcher.pageUrl}/api/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
    await catcher.close();
    catcher = await open();
    expect(await list()).toEqual([]);
  });

  it('turns mails away with a temporary error while it is told to fail', async () => {
    const fail = (value: boolean) =>
      fetch(`${catcher.pageUrl}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ fail: value }),
      });
    await fail(true);
    await expect(send({ subject: 'refused' })).rejects.toMatchObject({ responseCode: 451 });
    await fail(false);
    await send({ subject: 'accepted' });
    expect((await list()).map(({ subject }) => subject)).toEqual(['accepted']);
  });
});
