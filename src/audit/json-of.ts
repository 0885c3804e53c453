/** What a text holds, when it is JSON of the shape asked for; else null. What is audited may be anything. */
export function jsonOf<Value>(text: string, isOne: (value: unknown) => value is Value): Value | null {
  try {
    const value: unknown = JSON.parse(text);
    return isOne(value) ? value : null;
  } catch {
    return null;
  }
}
