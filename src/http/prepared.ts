import type { FastifyReply } from 'fastify';

/**
 * Serialises an answer once, however often it is given: an answer that is the same object is the same bytes. One per
 * route, whose schema decides the bytes.
 *
 * @param shape the answer as the route's schema has it
 */
export function preparedAnswers<Answer extends object, Shown>(shape: (answer: Answer) => Shown) {
  const texts = new WeakMap<Answer, string>();
  return (reply: FastifyReply, answer: Answer): Shown => {
    let text = texts.get(answer);
    if (text === undefined) {
      text = reply.serialize(shape(answer)) as string;
      texts.set(answer, text);
    }
    reply.header('content-type', 'application/json; charset=utf-8');
    // Fastify sends text as it is; typed as what it holds, so that the route's schema is still checked.
    return text as Shown;
  };
}
