/** BullMQ warns of its Redis once for each of its queues: a warning that was shown is not shown again. */
export function warnOnce(console: Pick<Console, 'warn'>): void {
  const warn = console.warn.bind(console);
  const shown = new Set<string>();
  console.warn = (...parts: unknown[]) => {
    const text = parts.map(String).join(' ');
    if (!shown.has(text)) warn(...parts);
    shown.add(text);
  };
}
