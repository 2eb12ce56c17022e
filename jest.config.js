// what is tested is what runs, and graphql-js is faster so
process.env['NODE_ENV'] = 'production';

const project = (displayName, suffix, more = {}) => ({
  displayName,
  // one thread runs many files; Jest's own runner would load Apollo Server, MikroORM and kafkajs anew for each. Not with child processes: in 0.8.2 one of
  // two may wait for its configuration for ever
  runner: 'jest-light-runner',
  setupFiles: ['<rootDir>/tests/support/jest-setup.ts'],
  transform: {},
  testMatch: [`**/*.${suffix}.ts`],
  modulePathIgnorePatterns: ['<rootDir>/.data', '<rootDir>/.node', '<rootDir>/.kafka'],
  ...more,
});

const realInfrastructure = {
  globalSetup: './tests/support/start-infrastructure.ts',
  globalTeardown: './tests/support/stop-infrastructure.ts',
};

export default {
  maxWorkers: 2,
  projects: [
    project('unit', 'test'),
    project('integration', 'int', realInfrastructure),
    project('e2e', 'e2e', { globalSetup: './tests/e2e/start-shop.ts', globalTeardown: './tests/e2e/stop-shop.ts' }),
  ],
};
