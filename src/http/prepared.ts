import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Coding, codings } from './plugins/compression.js';
import { answersWithTag, contentTag } from './plugins/entity-tags.js';

/** Brotli beyond this takes several times as long and saves a few per cent. */
const brotliQuality = 5;

const encoders: Record<Coding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: promisify(gzip),
};

/** Bytes up to which Node sends a text in one write with its headers, which is quicker than two. */
const oneWriteBytes = 8 * 1024;

/** An answer as it is sent, and in each coding that somebody has asked for. */
interface Prepared {
  readonly bytes: Buffer;
  /** What goes out without a coding: a text where that is one write, else the bytes. */
  readonly plain: string | Buffer;
  readonly tag: string;
  readonly coded: Partial<Record<Coding, Promise<Buffer>>>;
}

/**
 * Serialises, tags and compresses an answer once, however often it is given: an answer that is the same object is the same
 * bytes. One per route, whose schema decides the bytes.
 *
 * @param shape the answer as the route's schema has it
 * @param compressFromBytes smaller answers are sent as they are
 */
export function preparedAnswers<Answer extends object, Shown>(
  shape: (answer: Answer) => Shown,
  compressFromBytes: number,
) {
  return preparedTexts<Answer, Shown>((reply, answer) => reply.serialize(shape(answer)) as string, compressFromBytes);
}

/** The same for an answer that is not shaped but written, as the schema has `Shown`. */
export function preparedTexts<Answer extends object, Shown>(
  write: (reply: FastifyReply, answer: Answer) => string | Buffer,
  compressFromBytes: number,
) {
  const answers = new WeakMap<Answer, Prepared>();

  function prepare(reply: FastifyReply, answer: Answer): Prepared {
    const written = write(reply, answer);
    const bytes = typeof written === 'string' ? Buffer.from(written) : written;
    const plain = bytes.length <= oneWriteBytes ? bytes.toString() : bytes;
    const prepared = { bytes, plain, tag: contentTag(bytes), coded: {} };
    answers.set(answer, prepared);
    return prepared;
  }

  // Fastify sends bytes as they are; typed as what they hold, so that the route's schema is still checked.
  return (request: FastifyRequest, reply: FastifyReply, answer: Answer): Shown | Promise<Shown> => {
    // The answer comes after its time: another one has gone out in its place.
    if (reply.sent) return undefined as Shown;
    const { bytes, plain, tag, coded } = answers.get(answer) ?? prepare(reply, answer);
    if (answersWithTag(request, reply, tag)) return null as Shown;
    reply.header('content-type', 'application/json; charset=utf-8');
    const coding = bytes.length < compressFromBytes ? null : codingFor(request);
    if (coding === null) return plain as Shown;
    reply.header('content-encoding', coding);
    coded[coding] ??= encoders[coding](bytes);
    return coded[coding] as Promise<Shown>;
  };
}

/** The best coding the client takes, or null for none. */
function codingFor({ headers }: FastifyRequest): Coding | null {
  const accepted = headers['accept-encoding'];
  return typeof accepted === 'string' ? negotiate<Coding>(accepted.toLowerCase(), [...codings]) : null;
}
