/** As much of a JSON schema as an example is made of. */
export interface Shape {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/**
 * A whole example, put together from the examples of its smallest parts. So one place names them, and they cannot
 * contradict the schema.
 * @param schemas the document's named schemas
 */
export function exampleOf(schema: Shape, schemas: Readonly<Record<string, Shape>>): unknown {
  if (schema.$ref !== undefined) return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (schema.examples !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], schemas);
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {});
    return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, schemas)]));
  }
  if (schema.type === 'array' && schema.items !== undefined) return [exampleOf(schema.items, schemas)];
  return schema.type === 'boolean' ? true : null;
}
