const minitalk = require('minitalk');
const signals = require('minitalk/signals');
const testing = require('minitalk/testing');

const { createServer, connect } = minitalk;
const { watch, explain } = signals;
const { expectSignal, startTarget } = testing;
for (const each of [createServer, connect, watch, explain, expectSignal, startTarget]) {
  if (typeof each !== 'function') throw new Error('not all that the package has is there');
}
// The same as an ES module has: use.mjs compares.
console.log(JSON.stringify([minitalk, signals, testing].map((each) => Object.keys(each).sort())));
