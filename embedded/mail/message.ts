import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';

/** A caught mail, as the API returns it. */
export interface Message {
  readonly id: string;
  /** As written in the mail, with the name if there is one. */
  readonly from: string;
  /** Addresses of all recipients, blind copies included, separated by `, `. */
  readonly to: string;
  readonly subject: string;
  /** When it was caught, ISO 8601 UTC. */
  readonly date: string;
  readonly messageId: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
}

/** A mail as it is kept: what the client sent, and what only its envelope said. */
export interface CaughtMail {
  readonly id: string;
  readonly date: Date;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
}

/** Reads a mail's headers and parts (RFC 5322, MIME). Inline images become data URIs, so that it can be shown alone. */
export async function parseMessage(mail: CaughtMail): Promise<Message> {
  const parsed = await simpleParser(mail.raw, { skipTextToHtml: true });
  return {
    id: mail.id,
    from: parsed.from?.text ?? '',
    to: (mail.recipients.length > 0 ? mail.recipients : headerRecipients(parsed)).join(', '),
    subject: parsed.subject ?? '',
    date: mail.date.toISOString(),
    messageId: parsed.messageId ?? null,
    text: parsed.text ?? '',
    html: parsed.html || null,
    headers: parsed.headerLines.map(({ line }) => {
      const colon = line.indexOf(':');
      return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
    }),
    attachments: parsed.attachments.map((file) => ({
      name: file.filename ?? 'unnamed',
      type: file.contentType,
      bytes: file.size,
    })),
  };
}

function headerRecipients(parsed: ParsedMail): string[] {
  const lists = [parsed.to, parsed.cc].flat().filter((list): list is AddressObject => list !== undefined);
  return lists.flatMap((list) => list.value.map((one) => one.address ?? '')).filter((address) => address !== '');
}
