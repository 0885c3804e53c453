import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type DestinationStream, multistream, pino, type StreamEntry } from 'pino';
import pretty from 'pino-pretty';
import { type GatheredLines, gatheredLines } from './gathered-lines.js';
import { workAtHand } from './log-context.js';
import { maxUnwritten, type RotatingFile, rotatingFile } from './rotating-file.js';
import { scrub, scrubText } from './scrub.js';

/** Fatal and below, as pino names them; `silent` writes nothing. */
type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Folder for combined.log, error.log and exceptions.log, or null for the console only. */
  readonly dir: string | null;
  /** Coloured lines for people instead of JSON for machines. */
  readonly pretty: boolean;
  /** Instead of standard output. */
  readonly console?: DestinationStream;
  /** Size at which a log file is rotated. */
  readonly maxFileBytes?: number;
}

/** A pino logger (also fit for Fastify's `loggerInstance`) that knows what must not be written. */
export type PortalLogger = pino.Logger & {
  /** Records an exception nobody handled, in exceptions.log too. */
  exception(error: unknown, origin: string): void;
  /** Closes the files; call it last. */
  close(): void;
};

/** With `keptFiles` old ones, at most 200 MB per log: a few weeks of an ordinary portal, and never the disk. */
const maxFileBytes = 20 * 1024 * 1024;
const keptFiles = 9;

/** From here on (pino's number for `warn`) a line is written before anything else happens. */
const atOnce = 40;

/**
 * The process's log: every line to the console and combined.log, errors to error.log, uncaught exceptions to
 * exceptions.log. Writes are synchronous, so no line is lost however the process ends by itself. Lines below `warn` are
 * written together at the end of the turn of the event loop they belong to: only what kills a process from outside in the
 * midst of a turn (SIGKILL, no memory left) takes the lines of that turn along.
 *
 * @throws when nothing can be written into `dir`
 */
export function createLogger(options: LoggerOptions): PortalLogger {
  if (options.dir !== null) makeFolder(options.dir);
  const files: RotatingFile[] = [];
  const file = (name: string): RotatingFile => {
    const limits = { maxBytes: options.maxFileBytes ?? maxFileBytes, keep: keptFiles };
    const opened = rotatingFile(path.join(options.dir ?? '.', name), limits);
    files.push(opened);
    return opened;
  };

  const lowest = options.level === 'silent' ? 'fatal' : options.level;
  const gathered: GatheredLines[] = [];
  const gather = (target: DestinationStream): DestinationStream => {
    const lines = gatheredLines(target);
    gathered.push(lines);
    return lines;
  };
  const flush = () => {
    for (const lines of gathered) lines.flush();
  };
  const streams: StreamEntry<pino.Level>[] = [{ level: lowest, stream: consoleStream(options, gather) }];
  if (options.dir !== null) {
    streams.push(
      { level: lowest, stream: gather(file('combined.log')) },
      { level: 'error', stream: file('error.log') },
    );
  }
  const logger = scrubbingChildren(pino(settings(options.level, flush), multistream(streams)));
  const exceptions = options.dir === null ? null : pino(settings('fatal', flush), file('exceptions.log'));

  process.on('exit', flush);

  return Object.assign(logger, {
    exception(error: unknown, origin: string) {
      logger.fatal({ err: error, origin }, 'uncaught exception');
      exceptions?.fatal({ err: error, origin }, 'uncaught exception');
    },
    close() {
      process.off('exit', flush);
      flush();
      for (const opened of files) opened.close();
    },
  });
}

/** Step by step: Node's own way to make the folders above never returns where the system has no room for any, as in /proc. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) {
    makeFolder(path.dirname(path.resolve(folder)));
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (!existsSync(folder)) throw error;
    }
  }
  accessSync(folder, constants.W_OK | constants.X_OK);
}

/** @param flush writes what is held back */
function settings(level: LogLevel, flush: () => void): pino.LoggerOptions {
  return {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    // What a line says itself goes before it.
    mixin: workAtHand,
    formatters: {
      level: (label) => ({ level: label }),
      log: scrubFacts,
    },
    hooks: {
      logMethod(args, method, lineLevel) {
        const scrubbed = args.map((argument) => (typeof argument === 'string' ? scrubText(argument) : argument));
        method.apply(this, scrubbed as Parameters<typeof method>);
        if (lineLevel >= atOnce) flush();
      },
    },
    // Errors have been made plain by then; pino's own serializer would take them for errors again.
    serializers: { req: requestFacts, res: responseFacts, err: (error: unknown) => error },
  };
}

/** pino formats what is logged, but not the bindings of child loggers (nor of theirs, which inherit this). */
function scrubbingChildren(logger: pino.Logger): pino.Logger {
  const { child } = logger;
  logger.child = function scrubbed(this: pino.Logger, bindings: pino.Bindings, childOptions?: object) {
    return Reflect.apply(child, this, [scrubFacts(bindings), childOptions]);
  };
  return logger;
}

function consoleStream(
  options: LoggerOptions,
  gather: (target: DestinationStream) => DestinationStream,
): DestinationStream {
  if (options.console !== undefined) return options.console;
  if (options.pretty) return pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
  const console = pino.destination({ dest: 1, sync: true, maxLength: maxUnwritten });
  // It can be a file, on the disk that is full: the portal goes on, and there is nowhere left to tell of it.
  console.on('error', () => undefined);
  return gather(console);
}

/** Fastify's request and reply are whole object graphs: they are left to their serializers below. */
function scrubFacts(facts: Record<string, unknown>): Record<string, unknown> {
  const { req, res, ...rest } = facts;
  const scrubbed = scrub(rest) as Record<string, unknown>;
  return {
    ...scrubbed,
    ...(req === undefined ? {} : { req }),
    ...(res === undefined ? {} : { res }),
  };
}

/** Method and path; a query can hold what a person searched for. */
function requestFacts(request: { method?: string; url?: string }): object {
  return { method: request.method, path: request.url?.split('?')[0] };
}

function responseFacts(response: { statusCode?: number }): object {
  return { statusCode: response.statusCode };
}
