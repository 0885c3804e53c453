import { cell, code, generated, table } from './markdown.mjs';

const groups = [
  ['Process', /^(HOST|PORT|ROLES|DATA_DIR|NODE_ENV|LOG_)/],
  ['Stores', /^(EVENTSTORE|DATABASE|REDIS)_/],
  ['Warehouse', /^(EXTENSIV|EXPORT)_/],
  ['Schedules, stock and money', /_(SECONDS|BPS)$|^CURRENCY$/],
  ['Payments', /^STRIPE_/],
  ['Mail, delivery, error tracking and traces', /^(SMTP|MAIL|ADMIN|DELIVERY|SENTRY|OTEL)_/],
  ['Access', /^(AUTH|RATE|CORS|TRUST)_/],
  ['Audit', /^AUDIT_/],
  ['Other', /^/],
];

/** Variables by group, each in the first group whose pattern fits. */
function grouped(variables) {
  const entries = Object.entries(variables).map(([name, variable]) => ({
    name,
    variable,
    group: groups.find(([, pattern]) => pattern.test(name))[0],
  }));
  return groups
    .map(([title]) => [title, entries.filter(({ group }) => group === title)])
    .filter(([, members]) => members.length > 0);
}

function defaultOf({ required, default: value }) {
  if (required) return null;
  return Array.isArray(value) ? value.join(',') : String(value);
}

export function configurationPage(variables) {
  const sections = grouped(variables).map(([title, members]) => {
    const rows = members.map(({ name, variable }) => {
      const fallback = defaultOf(variable);
      const shown = fallback === null ? 'required' : fallback === '' ? 'empty' : code(fallback);
      return [code(name), cell(variable.doc), cell(variable.rule), shown, variable.secret ? 'yes' : ''];
    });
    return `## ${title}\n\n${table(['variable', 'meaning', 'value', 'default', 'secret'], rows)}`;
  });
  return `${generated}

# Configuration

The portal reads environment variables and nothing else. \`src/config.ts\` declares them all. A process that misses a
required one, or finds a value that breaks its rule, names every problem at once and ends with status 2.

- An empty value counts as unset.
- \`NAME_FILE\` names a file that holds the value of \`NAME\`; blank space around it is cut off. Use it for secrets.
  Where both are set, the file counts.
- \`npm start\` also reads a file \`.env\` in the project folder; [.env.example](../.env.example) is a start for it.
  It starts an embedded part for each dependency whose variable is unset, and sets \`AUTH_MODE=open\` unless access is
  configured, both \`RATE_LIMIT_…\` to 0 unless they are set (on one machine all callers look alike), and \`ADMIN_EMAIL\`
  to \`admin@vitallogistics.example\` unless it is set. Names and secrets of a warehouse or of a \`STRIPE_API_BASE\`
  that are unset are generated, and kept in \`secrets.json\` of the data folder.
- \`npm run serve\` starts nothing embedded: every required variable must be set.
- \`AUTH_MODE=token\` always accepts API keys, and tokens of the issuer that \`AUTH_JWKS_URL\` or \`AUTH_JWT_SECRET\`
  stands for; with neither, keys alone. \`AUTH_MODE=open\` is refused unless \`HOST\` is a
  loopback address and \`NODE_ENV\` is not \`production\`.

${sections.join('\n\n')}
`;
}

export function exampleEnvironment(variables) {
  const sections = grouped(variables).map(([title, members]) => {
    const lines = members.map(({ name, variable }) => {
      const fallback = defaultOf(variable);
      const about = [variable.doc, ...(fallback === null ? ['Required by npm run serve.'] : [])];
      return [...about.map((line) => `# ${line}`), `#${name}=${fallback ?? ''}`].join('\n');
    });
    return `# --- ${title} ---\n\n${lines.join('\n\n')}`;
  });
  return `# Written by node scripts/docs.mjs from src/config.ts.
# Copy to .env and take the # away from what you set. npm start reads it and needs none of it: it starts an embedded part
# for each dependency that is unset. npm run serve reads the environment alone: \`set -a; . ./.env\` puts it there.
# A value can also be read from a file: NAME_FILE=/path/to/file.

${sections.join('\n\n')}
`;
}
