/**
 * What `work` brings, unless it takes longer; nothing stops it then, and nobody hears of its end.
 *
 * @param Late what is thrown when it takes longer
 */
export async function within<Value>(
  limitMs: number,
  work: Promise<Value>,
  Late: new (message: string) => Error = Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Late(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
