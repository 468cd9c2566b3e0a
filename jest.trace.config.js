// Tests that need strace(1): run by CI, not by a plain `npm test`.
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/trace/**/*.test.ts'],
};
