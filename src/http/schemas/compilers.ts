import validators from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';

/**
 * Fastify's own compilers, asked once for each schema: nearly every answer of every route may be the same problem, and
 * HEAD takes what GET takes.
 */
export const schemaCompilers = {
  buildValidator: eachOnce(validators()),
  buildSerializer: eachOnce(serializers()),
};

/** What is compiled depends on the schema, the schemas it may refer to and the options, and on nothing else. */
function eachOnce<Shared, Options, Route, Compiled extends object>(
  build: (shared: Shared, options: Options) => (route: Route) => Compiled,
): (shared: Shared, options: Options) => (route: Route) => Compiled {
  return remembered(
    (...schemasAndOptions) => schemasAndOptions,
    (shared: Shared, options: Options) =>
      remembered((route) => (route as { schema?: unknown }).schema, build(shared, options)),
  );
}

function remembered<Arguments extends unknown[], Result extends object>(
  keyOf: (...given: Arguments) => unknown,
  make: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  const made = new Map<string, Result>();
  return (...given) => {
    const key = JSON.stringify(keyOf(...given));
    const result = made.get(key) ?? make(...given);
    made.set(key, result);
    return result;
  };
}
