import { exitCodes } from './exit-codes.js';
import { runCli } from './program.js';
import { warnOnce } from './warn-once.js';

// The reader may leave early (`portal ... | head`).
process.stdout.on('error', () => process.exit(exitCodes.ok));
warnOnce(console);
process.exitCode = await runCli(process.argv.slice(2), process);
// What a library left open must not keep the terminal waiting, and what is on its way to a slow reader must arrive.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => {
    stream.write('', resolve);
  });
}
process.exit();
