// what is tested is what runs, and graphql-js is faster so
process.env['NODE_ENV'] = 'production';

const project = (displayName, suffix, more = {}) => ({
  displayName,
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: [`**/*.${suffix}.ts`],
  modulePathIgnorePatterns: ['<rootDir>/.data', '<rootDir>/.node', '<rootDir>/.kafka'],
  ...more,
});

const realInfrastructure = {
  globalSetup: './tests/support/start-infrastructure.ts',
  globalTeardown: './tests/support/stop-infrastructure.ts',
};

export default {
  coverageProvider: 'v8',
  maxWorkers: 2,
  // ends a test that hangs; it is no measure of speed, since the machine may be busy
  testTimeout: 30_000,
  projects: [
    project('unit', 'test'),
    project('integration', 'int', realInfrastructure),
    project('e2e', 'e2e', { globalSetup: './tests/e2e/start-shop.ts', globalTeardown: './tests/e2e/stop-shop.ts' }),
  ],
};
