import { describe, expect, it } from 'vitest';
import { dataOf, type Problem, RequestRefused } from '../../../client/index.js';

describe('the data of an answer', () => {
  const answered = (status: number, error?: unknown) => ({
    error: error as Problem,
    response: new Response(null, { status }),
  });

  it('is what came, or nothing where nothing has changed', () => {
    expect(dataOf({ data: { items: [] }, response: new Response() })).toEqual({ items: [] });
    expect(dataOf(answered(304))).toBeUndefined();
  });

  it('is refused with the problem of the portal', () => {
    const problem = { code: 'busy', detail: 'Others are changing the same thing right now.' };
    expect(() => dataOf(answered(503, problem))).toThrow(RequestRefused);
  });

  it('is never nothing when a proxy in between has refused, whatever it said', () => {
    const byProxy = 'answered 502, and not by the portal';
    for (const said of [undefined, '', '<h1>Bad Gateway</h1>']) {
      expect(() => dataOf(answered(502, said))).toThrow(byProxy);
    }
  });
});
