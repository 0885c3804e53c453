/** The inward arrows of docs/explanation/architecture.md as failing rules. */
const inward = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may depend only on: ${allowed.join(', ')}`,
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [from, ...allowed].map((folder) => `^src/${folder}(/|\\.ts$)`) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Data flows one way.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'The domain imports nothing outside itself but TypeBox (event schemas).',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', 'node_modules/typebox/'] },
    },
    inward('commands-inward', 'commands', ['domain']),
    inward('projections-inward', 'projections', ['domain', 'commands']),
    inward('processes-inward', 'processes', ['domain', 'commands', 'projections']),
    inward('audit-inward', 'audit', ['domain', 'commands', 'projections']),
    inward('http-inward', 'http', ['domain', 'commands', 'projections', 'processes', 'config']),
    inward('adapters-implement', 'adapters', ['domain', 'commands', 'projections', 'processes', 'config']),
    {
      name: 'queries-below-the-cache',
      severity: 'error',
      comment: 'The cache is filled by queries; what answers through it stands above both.',
      from: { path: '^src/projections/queries/' },
      to: { path: '^src/projections/cache/' },
    },
    {
      name: 'only-compose-knows-adapters',
      severity: 'error',
      comment: 'The composition root is the one place where adapters meet the inner layers.',
      from: { path: '^src/', pathNot: '^src/(adapters/|cli/|compose/|workers/|(compose|workers|main)\\.ts$)' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'sql-in-stores',
      severity: 'error',
      comment: 'Outside projections, which are about tables, SQL stands where a table is kept, and nowhere else.',
      from: {
        path: '^src/(commands|processes|http)/',
        pathNot: '^src/processes/(effects/store|webhooks/inbox|privacy/records)\\.ts$',
      },
      to: { path: 'node_modules/(knex|pg)/' },
    },
    {
      name: 'files-by-adapters',
      severity: 'error',
      comment: 'Only adapters, the audit (exports, dossiers) and the command line read and write files.',
      from: { path: '^src/(domain|commands|projections|processes|http)/' },
      to: { path: '^(node:)?fs(/|$)', dependencyTypes: ['core'] },
    },
    {
      name: 'src-never-imports-embedded',
      severity: 'error',
      comment: 'What stands in on one machine is never part of the product.',
      from: { path: '^src/' },
      to: { path: '^(embedded|test|bench)/' },
    },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
