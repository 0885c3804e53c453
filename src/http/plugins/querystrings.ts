import fp from 'fastify-plugin';

/**
 * Query strings hold text only, so numbers and booleans are read from it where the route's schema asks for them.
 * Bodies are never coerced. What cannot be read stays text, and validation names it.
 */
export const querystrings = fp(
  async (app) => {
    app.addHook('preValidation', (request, _reply, done) => {
      const properties = propertiesOf(request.routeOptions.schema?.querystring);
      const query = request.query;
      if (properties && isRecord(query)) {
        for (const [name, property] of Object.entries(properties)) {
          const text = query[name];
          if (typeof text === 'string' && isRecord(property)) query[name] = read(text, property.type);
        }
      }
      done();
    });
  },
  { name: 'querystrings' },
);

function read(text: string, type: unknown): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  // As Python writes them, and as a form does.
  if (type === 'boolean' && /^(true|false|1|0)$/i.test(text)) return /^(true|1)$/i.test(text);
  return text;
}

function propertiesOf(schema: unknown): Record<string, unknown> | null {
  return isRecord(schema) && isRecord(schema.properties) ? schema.properties : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
