// Seven projects, one command each: `unit` is loopback-free and fast, `contract` runs every adapter against its
// interface (a real redis-server), `faults` has Redis fail for minutes, `fuzz` feeds everything that reads from outside
// with garbage from a seed, `integration` starts gateways as child processes, `e2e` drives a browser through one ride,
// `browser` through everything that a rider may meet.
/** A browser on a busy machine: its tests wait for what is to come, and this only ends those that wait in vain. */
const SLOW_MS = 180_000;

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
  testTimeout: 90_000, // ends what hangs, also on a machine that is slow and busy: no test is meant to come near it
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{protocol,client,server,driver-sim,rider-web,score,bench}/test/**/*.test.ts?(x)',
        '<rootDir>/test/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '/test/contract/', '/test/faults/'],
    },
    { ...shared, displayName: 'contract', testMatch: ['<rootDir>/server/test/contract/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'faults',
      testMatch: ['<rootDir>/server/test/faults/**/*.test.ts', '<rootDir>/test/faults/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/build-server.mjs',
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/build-server.mjs',
    },
    {
      ...shared,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
      testTimeout: SLOW_MS,
    },
    {
      ...shared,
      displayName: 'fuzz',
      testMatch: ['<rootDir>/test/fuzz/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/build-server.mjs',
    },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'], testTimeout: SLOW_MS },
    { ...shared, displayName: 'compose', testMatch: ['<rootDir>/test/compose/**/*.test.ts'] },
  ],
};
