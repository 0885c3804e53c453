export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Null where there is none. */
  readonly body: Body;
}

/** A request with a body of JSON, or of text as it is. */
export async function call<Body>(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(content === undefined ? {} : { body: content }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** Steers a stand-in. @returns its answer @throws when it refuses */
export async function control<Body = unknown>(
  standIn: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer = await call<Body>(method, `${standIn.url}/control${path}`, body);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
