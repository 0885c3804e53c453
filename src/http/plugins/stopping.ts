import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on readiness answers 503 and every answer closes its connection. */
    setStopping(): void;
    isStopping(): boolean;
  }
}

export const stopping = fp(
  async (app) => {
    let stopping = false;
    app.decorate('setStopping', () => {
      stopping = true;
    });
    app.decorate('isStopping', () => stopping);
    // With the answer, for the stop may have begun since the request came.
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (stopping) reply.header('connection', 'close');
      done();
    });
    app.addHook('preClose', async () => {
      stopping = true;
    });
  },
  { name: 'stopping' },
);
