import { runCli } from './program.js';

process.exitCode = await runCli(process.argv.slice(2));
// What a library left open must not keep the terminal waiting; standard output is written synchronously.
process.exit();
