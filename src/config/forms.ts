import { currencies } from '../domain/shared/currency.js';

/** What the text of a variable must look like. */
export interface Form {
  /** Ends a sentence that begins with the variable's name; never the value, which can hold a password. */
  readonly rule: string;
  fits(text: string): boolean;
}

/** The first two are written as URLs, but read by their own clients: several hosts, or none, are no URL for Node. */
export const eventStoreUrl: Form = startsWith('esdb:// or esdb+discover://', /^esdb(\+discover)?:\/\/[^/?\s]/);
export const postgresUrl: Form = startsWith('postgres:// or postgresql://', /^postgres(ql)?:\/\/\S/);
export const redisUrl: Form = {
  rule: 'a URL that begins with redis:// or rediss://',
  fits: urlOf('redis:', 'rediss:'),
};
export const webUrl: Form = { rule: 'a URL that begins with http:// or https://', fits: urlOf('http:', 'https:') };
export const mailUrl: Form = { rule: 'a URL that begins with smtp:// or smtps://', fits: urlOf('smtp:', 'smtps:') };
export const mailAddress: Form = { rule: 'a mail address', fits: (text) => /[^@\s]@[^@\s]/.test(text) };
export const currencyCode: Form = {
  rule: `one of ${currencies.join(', ')}`,
  fits: (text) => currencies.includes(text),
};

function startsWith(schemes: string, pattern: RegExp): Form {
  return { rule: `a URL that begins with ${schemes}`, fits: (text) => pattern.test(text) };
}

function urlOf(...protocols: string[]): (text: string) => boolean {
  return (text) => {
    if (!URL.canParse(text)) return false;
    const { host, protocol } = new URL(text);
    return host !== '' && protocols.includes(protocol);
  };
}
