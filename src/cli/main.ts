import { constants } from 'node:os';
import { exitCodes } from './exit-codes.js';
import { runCli } from './program.js';
import { warnOnce } from './warn-once.js';

// The reader may leave early (`portal ... | head`).
process.stdout.on('error', () => process.exit(exitCodes.ok));
// As the system would, but for the first process of a container, which is ended by no signal that it does not handle.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
warnOnce(console);
process.exitCode = await runCli(process.argv.slice(2), process);
// What a library left open must not keep the terminal waiting, and what is on its way to a slow reader must arrive.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => {
    stream.write('', resolve);
  });
}
process.exit();
