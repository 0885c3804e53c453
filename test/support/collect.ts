/** Everything that a stream yields, or its first `limit`. */
export async function collect<Value>(values: AsyncIterable<Value>, limit = Number.POSITIVE_INFINITY): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) {
    collected.push(value);
    if (collected.length >= limit) break;
  }
  return collected;
}
