/** The end of a command's help: how it may be called. @param commands with what follows `npm run portal --` */
export function examples(...commands: readonly string[]): string {
  const lines = commands.map((command) => `  npm run portal -- ${command}\n`);
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('')}`;
}
