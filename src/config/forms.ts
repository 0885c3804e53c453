import addressparser from 'nodemailer/lib/addressparser';
import { IsEmail, IsIdnEmail } from 'typebox/format';
import { currencies } from '../domain/shared/currency.js';

/** What the text of a variable must look like. */
export interface Form {
  /** Ends a sentence that begins with the variable's name; never the value, which can hold a password. */
  readonly rule: string;
  fits(text: string): boolean;
}

/** The first two are written as URLs, but read by their own clients: several hosts, or none, are no URL for Node. */
export const eventStoreUrl: Form = {
  rule: 'a URL such as esdb://host:2113 or esdb+discover://host:2113,host:2113',
  fits: (text) => {
    // Its client takes a name and a password or neither, and only options that have a value.
    const [, hosts, options = 'tls=true'] =
      /^esdb(?:\+discover)?:\/\/(?:[^:@\s]+:[^:@\s]+@)?([^@/?\s[]+)\/*(?:\?(\S*))?$/.exec(text) ?? [];
    const hostsFit = hosts?.split(',').every((host) => URL.canParse(`esdb://${host}`)) ?? false;
    return hostsFit && options.split('&').every((option) => /^[^=?]+=[^?]+$/.test(option));
  },
};
export const postgresUrl: Form = {
  rule: 'a URL such as postgres://user:password@host:5432/database',
  fits: (text) => /^postgres(ql)?:\/\/\S/.test(text) && URL.canParse(text.replace('@/', '@localhost/')),
};
export const redisUrl: Form = {
  rule: 'a URL that begins with redis:// or rediss://',
  fits: urlOf('redis:', 'rediss:'),
};
export const webUrl: Form = { rule: 'a URL that begins with http:// or https://', fits: urlOf('http:', 'https:') };
/** Of another one the library says no more than its text, with the key in it, and reports nothing. */
export const sentryDsn: Form = {
  rule: 'a DSN as Sentry shows it, such as https://key@sentry.example/42',
  fits: (text) => webUrl.fits(text) && /^\w+:\/\/\w+(:\w+)?@[^/?#]+\/([^?#]+\/)?\d+$/.test(text),
};
export const mailUrl: Form = { rule: 'a URL that begins with smtp:// or smtps://', fits: urlOf('smtp:', 'smtps:') };
/** Of a receiver: mails go to what is written, as one address. */
export const mailAddress: Form = { rule: 'a mail address', fits: isMailAddress };
export const mailSender: Form = {
  rule: 'a mail address such as portal@host, or a name with one: Portal <portal@host>',
  fits: (text) => {
    const [sender, ...others] = addressparser(text);
    return isMailAddress(sender?.address ?? '') && others.length === 0;
  },
};
export const currencyCode: Form = {
  rule: `one of ${currencies.join(', ')}`,
  fits: (text) => currencies.includes(text),
};

/** Mail servers take letters of any script; a domain may be an address in brackets. */
function isMailAddress(text: string): boolean {
  return IsEmail(text) || IsIdnEmail(text);
}

function urlOf(...protocols: string[]): (text: string) => boolean {
  return (text) => {
    if (!URL.canParse(text)) return false;
    const { host, protocol } = new URL(text);
    return host !== '' && protocols.includes(protocol);
  };
}
