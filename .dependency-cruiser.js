const tests = '((^|/)tests/|\\.(test|int|e2e)\\.ts$)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Split the file, or move the shared part down a level.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'subgraphs-are-islands',
      severity: 'error',
      comment: 'Subgraphs meet in the supergraph and on Kafka, never in an import.',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'shared-code-knows-nobody',
      severity: 'error',
      comment: 'platform/, kafka/ and tests/support/ serve everyone and depend on no one above them.',
      from: { path: '^(platform|kafka|tests/support)/' },
      to: { path: '^(gateway|playground|subgraphs|storefront)/' },
    },
    {
      name: 'platform-is-the-floor',
      severity: 'error',
      comment: 'What platform/ needs is a library or belongs to platform/.',
      from: { path: '^platform/', pathNot: tests },
      to: { path: '^(kafka|tests|schema|tools)/' },
    },
    {
      name: 'gateway-imports-no-subgraph',
      severity: 'error',
      comment: 'The gateway asks subgraphs over HTTP, and hears them on Kafka.',
      from: { path: '^gateway/' },
      to: { path: '^subgraphs/' },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      comment: 'domain.ts and *-saga.ts: no I/O, no framework, no clock.',
      from: { path: '^subgraphs/[^/]+/(domain|[^/]+-saga)\\.ts$' },
      to: { pathNot: '^(subgraphs/[^/]+/(domain|[^/]+-saga)\\.ts|kafka/contracts\\.ts|platform/errors\\.ts)$' },
    },
    {
      name: 'services-speak-no-graphql',
      severity: 'error',
      comment: 'GraphQL stops at resolvers.ts; a use case must not know who asks it.',
      from: { path: '^subgraphs/[^/]+/', pathNot: `(resolvers|loaders|app|main)\\.ts$|${tests}` },
      to: { path: '(node_modules/(graphql|@apollo)/|/resolvers\\.ts$|schema\\.types\\.ts$)' },
    },
    {
      name: 'one-door-to-kafka',
      severity: 'error',
      comment: 'A change of the Kafka client is a change of one folder.',
      from: { pathNot: `^kafka/kafka/|${tests}` },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'one-door-to-jwt',
      severity: 'error',
      comment: 'Algorithms and claims are pinned in one place.',
      from: { pathNot: `^platform/auth\\.ts$|${tests}` },
      to: { path: 'node_modules/jsonwebtoken/' },
    },
    {
      name: 'nothing-imports-a-main',
      severity: 'error',
      comment: 'A main.ts is an end point: what it starts is in app.ts.',
      from: {},
      to: { path: '(^|/)main\\.ts$' },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      comment: 'Production code never needs a test; the tools of development may.',
      from: { path: '^(gateway|kafka|platform|playground|schema|storefront|subgraphs)/', pathNot: tests },
      to: { path: '(^|/)tests/' },
    },
  ],
  options: {
    doNotFollow: { path: '(node_modules|schema\\.types\\.ts$)' },
    exclude: { path: '^(\\.data|\\.node|\\.kafka|coverage|storefront/(dist|\\.tmp-))' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
