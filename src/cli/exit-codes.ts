/** What the CLI ends with: 0 all is well, 1 something was found or failed, 2 it was asked or configured wrongly. */
export const exitCodes = { ok: 0, failed: 1, misused: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure whose message says everything the person at the terminal needs; no stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.failed,
  ) {
    super(message);
  }
}
