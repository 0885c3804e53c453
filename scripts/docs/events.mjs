import { cell, code, generated, table } from './markdown.mjs';

const streams = {
  order: ['Orders', 'order-{orderId}'],
  inventory: ['Inventory', 'inventory-{sku}'],
  brand: ['Brands', 'brand-{brandId}'],
  inventorySync: ['Inventory syncs', 'inventorySync-{YYYY-MM-DD}'],
  operations: ['Operators', 'operations-{YYYY-MM-DD}'],
  seal: ['Audit seals', 'seal-all'],
  privacy: ['Keys of persons', 'privacy-{keyId}'],
};

export function eventsPage(catalogue, schemas) {
  const unlisted = new Set(Object.keys(catalogue));
  const sections = Object.entries(streams).map(([category, [title, stream]]) => {
    const rows = Object.entries(schemas[category]).map(([type, schema]) => {
      unlisted.delete(type);
      const fields = Object.entries(schema.properties).map(([name, field]) => {
        const optional = (schema.required ?? []).includes(name) ? '' : '?';
        const text = code(`${name}${optional}: ${describe(field)}`);
        return name in (catalogue[type].personal?.erased ?? {}) ? `**${text}**` : text;
      });
      return [code(type), String(catalogue[type].version), cell(fields.join(', '))];
    });
    return `## ${title}: ${code(stream)}\n\n${table(['event', 'version', 'data'], rows)}`;
  });
  if (unlisted.size > 0) throw new Error(`scripts/docs.mjs does not know the streams of ${[...unlisted].join(', ')}`);
  return `${generated}

# Events

The event streams are the truth; everything else can be made from them. Event types, their versions and their schemas
are declared in \`src/domain/*/events.ts\` and gathered in \`src/domain/event-catalogue.ts\`.

Money is an integer in minor units, with its currency beside it. A \`time\` is ISO 8601 UTC with milliseconds, a
\`currency\` is ISO 4217, \`bps\` are basis points, \`hex\` is lower-case hexadecimal. A field with \`?\` may be missing. **Bold**
fields are personal: they are stored encrypted with a key of the customer, see [Personal data](../guides/privacy.md).

Every event carries this metadata:

| field | meaning |
|---|---|
| \`$correlationId\` | the same for all that one request set off; an order keeps that of the request that placed it when it is paid, exported, followed or refunded, and an operator's request has one of its own |
| \`$causationId\` | what asked for this event: a request, a webhook, an event |
| \`actor\` | who did it: \`buyer:…\`, \`operator:…\`, \`stripe\`, \`system:…\` |
| \`schemaVersion\` | version of the data's schema; older ones are upcast when they are read |
| \`recordedAt\` | when the portal wrote it |
| \`prevHash\`, \`hash\` | the stream's hash chain: SHA-256 over the canonical JSON of \`[prevHash, type, data, metadata]\` |

${sections.join('\n\n')}
`;
}

/** A schema in a few letters. */
function describe(schema) {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) {
    const parts = [...new Set(schema.anyOf.map(describe))];
    return parts.join(' | ');
  }
  if (schema.type === 'array') return `[${describe(schema.items)}]`;
  if (schema.type === 'object') return `{${Object.keys(schema.properties).join(', ')}}`;
  if (schema.type === 'integer') return integer(schema);
  if (schema.type === 'string') return schema.pattern === undefined ? 'text' : pattern(schema.pattern);
  return schema.type;
}

function integer({ minimum, maximum }) {
  if (maximum === 10_000) return 'bps';
  return minimum === undefined ? 'signed integer' : 'integer';
}

function pattern(text) {
  if (text === '^[A-Z]{3}$') return 'currency';
  if (text.startsWith('^[0-9a-f]')) return 'hex';
  return text.startsWith('^\\d{4}-') ? 'time' : 'text';
}
