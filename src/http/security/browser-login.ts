import type { IncomingHttpHeaders } from 'node:http';

/** What a browser's own login window sends for: RFC 7617. */
export const browserChallenge = 'Basic realm="portal", charset="UTF-8"';

/**
 * A browser cannot send a bearer token by itself, but asks for a name and a password: the password is the token, the name
 * is left aside. For pages that only show something: the browser sends it along with every request from then on.
 */
export function withBrowserLogin(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return headers;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return { ...headers, authorization: `Bearer ${pair.slice(pair.indexOf(':') + 1)}` };
}
