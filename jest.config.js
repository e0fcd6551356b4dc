// Five projects, one command each: `unit` is loopback-free and fast, `contract` runs every adapter against its
// interface (a real redis-server), `faults` has Redis fail for minutes, `integration` starts gateways as child
// processes, `e2e` drives a browser.
const shared = {
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2023',
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/', '/site/'],
};

export default {
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{protocol,client,server,driver-sim,rider-web,score}/test/**/*.test.ts?(x)',
        '<rootDir>/test/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '/test/contract/', '/test/faults/'],
    },
    { ...shared, displayName: 'contract', testMatch: ['<rootDir>/server/test/contract/**/*.test.ts'] },
    { ...shared, displayName: 'faults', testMatch: ['<rootDir>/server/test/faults/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/build-server.mjs',
    },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
