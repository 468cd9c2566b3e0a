/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Real signals between real processes: one file at a time on a small machine.
  maxWorkers: 1,
  testMatch: ['<rootDir>/test/{unit,signals,e2e,examples}/**/*.test.ts'],
  testTimeout: 60_000,
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
};
